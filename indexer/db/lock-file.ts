/** A lock file that names its holder, so that a second opener fails fast and a dead holder's lock is taken over. */
import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { ColophonError } from "../../common/errors.ts";

type Holder = { pid: number; startedAt: string | null };

/**
 * Takes the lock or fails at once. PGlite has no lock of its own: two openers of one directory destroy its data.
 * @param file path of the lock file
 * @returns a function that gives the lock back
 * @throws ColophonError `DATABASE_LOCKED` with the holder's `pid` while that process lives
 */
export function takeLock(file: string): () => void {
  const own: Holder = { pid: process.pid, startedAt: startOf(process.pid) };
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const fd = openSync(file, "wx");
      writeSync(fd, JSON.stringify(own));
      closeSync(fd);
      return () => unlinkSync(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = readHolder(file);
    if (holder && isAlive(holder)) {
      throw new ColophonError("DATABASE_LOCKED", `The database is in use by process ${holder.pid}.`, {
        status: 503,
        data: { pid: holder.pid, file },
      });
    }
    try {
      unlinkSync(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  throw new ColophonError("DATABASE_LOCKED", "The database's lock file keeps coming back.", {
    status: 503,
    data: { file },
  });
}

/** Null for a file that vanished or was cut off by a crash while it was written. */
function readHolder(file: string): Holder | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** A process id alone is not enough: after a crash another process may have got the same one. */
function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return holder.startedAt === null || holder.startedAt === startOf(holder.pid);
}

/** Start time of a process in clock ticks since boot (Linux), or null where the system does not tell. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
