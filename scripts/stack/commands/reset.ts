import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { defaultRunDir } from "../paths.ts";
import { endStack } from "../running.ts";
import { readState } from "../state.ts";

/** `npm run reset`: stops the stack and removes all of its local data. */
export async function reset(): Promise<number> {
  const runDir = defaultRunDir();
  const state = readState(runDir);
  if (state) await endStack(state);
  if (!existsSync(runDir)) {
    console.log("nothing to remove");
    return 0;
  }
  await rm(runDir, { recursive: true, force: true });
  console.log(`removed ${runDir}: chain, files, index, logs. The next \`npm start\` begins anew.`);
  return 0;
}
