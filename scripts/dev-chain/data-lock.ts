import { readFileSync } from "node:fs";
import { link, open, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { ColophonError } from "../../common/errors.ts";

/**
 * Takes the folder for this process: two chains that write one journal would destroy it. The lock of a process that is gone is taken over.
 * @param waitMs how long to wait for a holder, which may be on its way out
 * @returns gives the lock back
 * @throws ColophonError DATA_LOCKED
 */
export async function lockData(dir: string, waitMs: number): Promise<() => Promise<void>> {
  const file = path.join(dir, "lock");
  const mine = `${file}.${process.pid}`;
  const end = performance.now() + waitMs;
  const handle = await open(mine, "w");
  await handle.writeFile(identity(process.pid) ?? String(process.pid));
  await handle.close();
  try {
    for (;;) {
      try {
        await link(mine, file); // fails when the lock exists, and never shows half a file
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const holder = await readFile(file, "utf8").catch(() => "");
      if (performance.now() < end && holder !== "" && identity(Number(holder.split(" ")[0])) === holder) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      const pid = Number(holder.split(" ")[0]);
      if (pid && identity(pid) === holder) {
        throw new ColophonError("DATA_LOCKED", `Process ${pid} already keeps its chain in ${dir}.`, { data: { pid } });
      }
      await rm(file, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
  return () => rm(file, { force: true });
}

/** Pid and, where the system tells it, the time at which the process began: a pid alone may be somebody else's by now. */
function identity(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return null;
  }
  if (process.platform !== "linux") return String(pid);
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[0] === "Z" ? null : `${pid} ${fields[19]}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
