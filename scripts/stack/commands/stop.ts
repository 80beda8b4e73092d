import { defaultRunDir } from "../paths.ts";
import { endStack, runningStack } from "../running.ts";
import { readState } from "../state.ts";

/** `npm run stop`: ends the stack; all data stays. */
export async function stop(): Promise<number> {
  const runDir = defaultRunDir();
  const running = runningStack(runDir);
  const state = running ?? readState(runDir);
  if (state) await endStack(state);
  console.log(running ? "stopped; the data stays, `npm start` goes on from here" : "nothing was running");
  return 0;
}
