import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Stack } from "./stack.ts";

/** A stack of its own on free ports with data in a temporary folder, for tests, benches and `journey --fresh`. */
export async function startTemporaryStack(
  options: { seed?: boolean; dapp?: boolean; runDir?: string } = {},
): Promise<{ url: string; runDir: string; stack: Stack; stop: (keep?: boolean) => Promise<void> }> {
  const runDir = options.runDir ?? (await mkdtemp(path.join(tmpdir(), "colophon-stack-")));
  const stack = new Stack({ runDir, basePort: 0, seed: options.seed ?? false, dapp: options.dapp ?? false });
  const stop = async (keep = options.runDir !== undefined) => {
    await stack.stop();
    if (!keep) await rm(runDir, { recursive: true, force: true });
  };
  try {
    await stack.start();
  } catch (error) {
    await stack.stop();
    throw error;
  }
  return { url: stack.url, runDir, stack, stop };
}
