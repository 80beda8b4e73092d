/** How much memory a child process holds. */
import { type ChildProcess, execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** Resident memory of a child in bytes; 0 once it has ended, and on Windows, where only the time limit holds. */
export async function residentBytes(child: ChildProcess): Promise<number> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return 0;
  if (process.platform === "linux") {
    try {
      const status = await readFile(`/proc/${child.pid}/status`, "latin1");
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ESRCH") return 0;
      throw error;
    }
  }
  if (process.platform === "win32") return 0;
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(child.pid)]);
  return Number(stdout.trim()) * 1024;
}
