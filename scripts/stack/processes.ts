/** Processes of ours: are they alive, are they really ours, and how they end. */
import { readFileSync } from "node:fs";

/** True when a process with this pid exists. */
export function isAlive(pid: number | null | undefined): boolean {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return !isZombie(pid);
}

/** On Linux a dead child that nobody waited for still has a pid. */
function isZombie(pid: number): boolean {
  if (process.platform !== "linux") return false;
  try {
    return /^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true; // gone between the two looks
  }
}

/**
 * True when the process runs the script `entry` of ours. Pids are re-used, so a pid from a state file alone is not enough to end
 * a process; where the system does not tell the command line, the answer is false.
 */
export function runsEntry(pid: number | null | undefined, entry: string): boolean {
  if (!pid || !isAlive(pid)) return false;
  if (process.platform !== "linux") return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(entry);
  } catch {
    return false;
  }
}

/** Waits until `condition` holds; false when `timeoutMs` passed first. */
export async function waitFor(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  everyMs = 50,
): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** Ends a process: SIGTERM, and SIGKILL when it is still there after `graceMs`. */
export async function endProcess(pid: number, graceMs = 8000): Promise<void> {
  if (!isAlive(pid)) return;
  signal(pid, "SIGTERM");
  if (await waitFor(() => !isAlive(pid), graceMs)) return;
  signal(pid, "SIGKILL");
  await waitFor(() => !isAlive(pid), 2000);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Resident memory of a process, MB; null where the system does not tell. */
export function residentMb(pid: number): number | null {
  if (process.platform !== "linux") return null;
  try {
    const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return match ? Math.round(Number(match[1]) / 1024) : null;
  } catch {
    return null; // the process is gone
  }
}
