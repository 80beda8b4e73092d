/** What a chain keeps in its folder: its birth, journals, and state dumps with the journal position that each covers. */
import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { crc32 } from "node:zlib";
import { z } from "zod";
import { ColophonError } from "../../common/errors.ts";
import { Journal, type JournalEntry } from "./journal.ts";

/** `chain.json`: written once. */
const birthSchema = z.object({
  version: z.literal(1),
  chainId: z.number().int(),
  /** Unix seconds. */
  genesisTimestamp: z.number().int(),
  accounts: z.number().int(),
});
export type Birth = z.infer<typeof birthSchema>;

/**
 * `dump-N.json`: everything the chain was when journal N began. Dump 0 is the genesis and has no file; journal N holds what was done
 * between dump N and dump N + 1. Journals are all kept (an engine that cannot load dumps replays them from the first), dumps two deep.
 */
const manifestSchema = z.object({
  version: z.literal(1),
  generation: z.number().int().nonnegative(),
  /** Number of the first entry that the dump does not cover. */
  nextEntry: z.number().int().nonnegative(),
  /** CRC-32 of the state file. */
  stateCrc: z.number().int(),
  sealed: z.boolean(),
  /** Seconds by which a test moved the clock forward. */
  advanced: z.number(),
  /** Accepted transactions that wait for an earlier nonce: no dump of an engine holds them. */
  waiting: z.array(z.templateLiteral(["0x", z.string()])),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const EMPTY: Manifest = {
  version: 1,
  generation: 0,
  nextEntry: 0,
  stateCrc: 0,
  sealed: false,
  advanced: 0,
  waiting: [],
};

export class ChainStore {
  readonly dir: string;
  readonly birth: Birth;

  private constructor(dir: string, birth: Birth) {
    this.dir = dir;
    this.birth = birth;
  }

  /** Opens the folder; the first time, `birth` is recorded in it. @throws ColophonError CHAIN_DATA_CORRUPT */
  static async open(dir: string, birth: Birth): Promise<ChainStore> {
    await mkdir(dir, { recursive: true });
    const file = path.join(dir, "chain.json");
    if (!existsSync(file)) await writeDurably(file, `${JSON.stringify(birth, null, 2)}\n`);
    const store = new ChainStore(dir, parseFile(birthSchema, await readFile(file, "utf8"), file));
    for (const name of await readdir(dir)) if (name.endsWith(".tmp")) await rm(path.join(dir, name));
    return store;
  }

  statePath(generation: number): string {
    return path.join(this.dir, `state-${generation}.json`);
  }

  /** The newest dump whose state is undamaged; the genesis when `dumps` is false. */
  async newest(dumps: boolean): Promise<Manifest> {
    if (!dumps) return EMPTY;
    const generations = (await readdir(this.dir))
      .map((name) => /^dump-(\d+)\.json$/.exec(name)?.[1])
      .filter((n) => n !== undefined)
      .map(Number)
      .sort((a, b) => b - a);
    for (const generation of generations) {
      const file = path.join(this.dir, `dump-${generation}.json`);
      const manifest = parseFile(manifestSchema, await readFile(file, "utf8"), file);
      const state = this.statePath(generation);
      if (existsSync(state) && crc32(await readFile(state)) === manifest.stateCrc) return manifest;
    }
    return EMPTY;
  }

  /** Opens the journals from generation `from` on: their entries in order, and the last one to append to. */
  async journals(from: Manifest): Promise<{ journal: Journal; entries: JournalEntry[]; generation: number }> {
    const all: JournalEntry[] = [];
    let generation = from.generation;
    let next = from.nextEntry;
    for (;;) {
      const { journal, entries } = await Journal.open(this.#journalPath(generation), next);
      await syncDir(this.dir); // a new journal's name must be on disk before anything in it is acknowledged
      for (const entry of entries) all.push(entry);
      if (!existsSync(this.#journalPath(generation + 1))) return { journal, entries: all, generation };
      next = journal.next;
      generation += 1;
      await journal.close();
    }
  }

  /**
   * Records a dump and starts its journal. In this order: state, journal, manifest; a crash between two of them leaves the older
   * dump as the newest, and the older journal followed by an empty one.
   * @throws ColophonError DUMP_UNCERTAIN when the manifest may or may not be on disk: nobody may append to the older journal then;
   *   after any other error the older journal goes on
   */
  async record(manifest: Omit<Manifest, "version" | "stateCrc">, state: Buffer): Promise<Journal> {
    for (const name of await readdir(this.dir)) {
      const old = /^(?:dump|state)-(\d+)\.json$/.exec(name)?.[1];
      if (old !== undefined && Number(old) < manifest.generation - 1) await rm(path.join(this.dir, name));
    }
    await writeDurably(this.statePath(manifest.generation), state);
    const { journal } = await Journal.open(this.#journalPath(manifest.generation), manifest.nextEntry);
    await syncDir(this.dir);
    const whole: Manifest = { version: 1, stateCrc: crc32(state), ...manifest };
    try {
      await writeDurably(path.join(this.dir, `dump-${manifest.generation}.json`), JSON.stringify(whole));
    } catch (cause) {
      throw new ColophonError("DUMP_UNCERTAIN", "The manifest of a dump could not be written.", { status: 503, cause });
    }
    return journal;
  }

  #journalPath(generation: number): string {
    return path.join(this.dir, `journal-${generation}.log`);
  }
}

/** Replaces a file in one step; when it resolves, the disk has it. */
export async function writeDurably(file: string, content: string | Buffer): Promise<void> {
  const temporary = `${file}.tmp`;
  const handle = await open(temporary, "w", 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  await syncDir(path.dirname(file));
}

async function syncDir(dir: string): Promise<void> {
  if (process.platform === "win32") return; // folders cannot be opened there; NTFS journals renames itself
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function parseFile<T>(schema: z.ZodType<T>, text: string, file: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ColophonError("CHAIN_DATA_CORRUPT", `${file} is damaged.`, { cause });
  }
}
