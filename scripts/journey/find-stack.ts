import { defaultRunDir } from "../stack/paths.ts";
import { runningStack } from "../stack/running.ts";

export type FoundStack = {
  url: string;
  runDir: string;
  /** Ends the stack if the journey started it. */
  stop: () => Promise<unknown>;
};

/** The running stack, or a temporary one (always with `fresh`) that ends with the journey. */
export async function findStack({ fresh }: { fresh: boolean }): Promise<FoundStack> {
  const runDir = defaultRunDir();
  const market = fresh ? undefined : runningStack(runDir)?.services["market"];
  if (market?.port) return { url: `http://localhost:${market.port}`, runDir, stop: async () => undefined };
  const { startTemporaryStack } = await import("../stack/temporary.ts");
  return await startTemporaryStack();
}
