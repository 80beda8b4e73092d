import { readFileSync } from "node:fs";
import { link, open, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { ColophonError } from "../../common/errors.ts";

/**
 * Takes the folder for this process: two that write one journal would destroy it. The lock of a process that is gone is taken over.
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
      const holder = await take(file, mine);
      if (holder === null) return () => rm(file, { force: true });
      if (performance.now() >= end) {
        const pid = pidOf(holder);
        throw new ColophonError("DATA_LOCKED", `Process ${pid} already works in ${dir}.`, { data: { pid } });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/**
 * Takes a lock if nobody alive has it. A dead holder's lock is removed only under a lock on that very removal, and only while it
 * still is the dead one's: of many that find it at once, a slow one would else remove the lock that a quick one has just made.
 * @returns null when it is ours now, else who has it
 */
async function take(file: string, mine: string): Promise<string | null> {
  for (;;) {
    if (await linked(mine, file)) return null;
    const holder = await contentOf(file);
    if (holder === null) continue;
    if (holder !== "" && identity(pidOf(holder)) === holder) return holder;
    const removal = `${file}.${holder.replace(" ", "-")}`;
    const remover = await take(removal, mine);
    if (remover !== null) return remover;
    try {
      if ((await contentOf(file)) === holder) await rm(file);
    } finally {
      await rm(removal);
    }
  }
}

/** Gives `mine` a second name; false when something has that name already. Never shows half a file. */
async function linked(mine: string, file: string): Promise<boolean> {
  try {
    await link(mine, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function contentOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

const pidOf = (holder: string): number => Number(holder.split(" ")[0]);

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
