import { endProcess, isAlive, runsEntry } from "./processes.ts";
import { readState, type StackState } from "./state.ts";

const SUPERVISOR = "scripts/stack/supervisor.ts";
const ENTRIES = [
  "scripts/dev-chain/server.ts",
  "storage/server.ts",
  "gen-node/server.ts",
  "scripts/services/market.ts",
];

/** State of the stack in `runDir` if its supervisor lives, else null. */
export function runningStack(runDir: string): StackState | null {
  const state = readState(runDir);
  return state && runsEntry(state.supervisorPid, SUPERVISOR) ? state : null;
}

/** Ends the supervisor (which ends its services), then whatever of them outlived it. */
export async function endStack(state: StackState): Promise<void> {
  if (runsEntry(state.supervisorPid, SUPERVISOR)) await endProcess(state.supervisorPid, 45_000);
  await endOrphans(state);
}

/** Ends services of a stack whose supervisor is gone (killed, or the machine's memory ran out). */
export async function endOrphans(state: StackState): Promise<void> {
  const orphans = Object.values(state.services)
    .map((service) => service.pid)
    .filter((pid): pid is number => pid !== null && isAlive(pid) && ENTRIES.some((entry) => runsEntry(pid, entry)));
  await Promise.all(orphans.map((pid) => endProcess(pid)));
}
