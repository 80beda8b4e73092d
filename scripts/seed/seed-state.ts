/** What the seed remembers between runs; everything else it reads from the chain. */
import { readFile, rename, writeFile } from "node:fs/promises";
import { z } from "zod";

const seedStateSchema = z.object({
  version: z.literal(1),
  /** The chain that was seeded: another genesis means another market. */
  genesisHash: z.string(),
  workRegistry: z.string(),
  /** End of the written history, unix seconds: fixed by the first run. */
  end: z.number().int(),
  result: z.object({ works: z.number(), licenses: z.number(), jobs: z.number() }).nullable(),
});
export type SeedState = z.infer<typeof seedStateSchema>;

/** The state in a file; null when there is none or it is of another version. */
export async function readSeedState(file: string): Promise<SeedState | null> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  const parsed = seedStateSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}

/** Replaces the file in one step. */
export async function writeSeedState(file: string, state: SeedState): Promise<void> {
  await writeFile(`${file}.tmp`, `${JSON.stringify(state, null, 2)}\n`);
  await rename(`${file}.tmp`, file);
}
