// The long-lived parent of a stack's services: started detached by `npm start`, ended by `npm run stop`.
import { mkdir } from "node:fs/promises";
import { lockData } from "../dev-chain/data-lock.ts";
import { defaultRunDir } from "./paths.ts";
import { Stack } from "./stack.ts";
import { writeState } from "./state.ts";

// Two starts at one moment make two supervisors: the second must end before it writes anything over the first one's state.
await mkdir(defaultRunDir(), { recursive: true });
const unlock = await lockData(defaultRunDir(), 0);

const stack = new Stack({
  basePort: Number(process.env.COLOPHON_PORT ?? 4600),
  seed: process.env.COLOPHON_SEED !== "none",
  dapp: process.env.COLOPHON_DAPP !== "none",
});
await writeState(stack.state);

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await stack.stop();
  await unlock();
  process.exit(0);
}
process.on("SIGTERM", () => void stop());
process.on("SIGINT", () => void stop());

try {
  await stack.start();
} catch (error) {
  console.error(error);
  await stack.stop();
  await unlock();
  process.exit(1);
}
