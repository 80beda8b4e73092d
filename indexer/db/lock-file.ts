/** A lock file that names its holder, so that a second opener fails fast and a dead holder's lock is taken over. */
import { linkSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { ColophonError } from "../../common/errors.ts";

type Holder = { pid: number; startedAt: string | null };

/**
 * Takes the lock or fails at once. PGlite has no lock of its own: two openers of one directory destroy its data.
 * @param file path of the lock file
 * @returns a function that gives the lock back
 * @throws ColophonError `DATABASE_LOCKED` with the holder's `pid` while that process lives
 */
export function takeLock(file: string): () => void {
  const mine = `${file}.${process.pid}`;
  // Written whole under another name first: nobody ever sees half a lock.
  writeFileSync(mine, JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) } satisfies Holder));
  try {
    const holder = claim(file, mine);
    if (holder === null) return () => unlinkSync(file);
    throw new ColophonError("DATABASE_LOCKED", `The database is in use by process ${holder.pid}.`, {
      status: 503,
      data: { pid: holder.pid, file },
    });
  } finally {
    rmSync(mine, { force: true });
  }
}

/**
 * Gives `mine` the lock's name if nobody alive has it. A dead holder's lock is removed only under a lock on that very
 * removal, and only while it still is the dead one's: a slow opener would else remove what a quick one has just taken.
 * @returns null when it is ours, else who has it
 */
function claim(file: string, mine: string): Holder | null {
  for (;;) {
    if (isLinked(mine, file)) return null;
    const content = contentOf(file);
    if (content === null) continue;
    const holder = parseHolder(content);
    if (holder && isAlive(holder)) return holder;
    const removal = `${file}.of-${holder ? `${holder.pid}-${holder.startedAt}` : "nobody"}`;
    const remover = claim(removal, mine);
    if (remover !== null) return remover;
    try {
      if (contentOf(file) === content) unlinkSync(file);
    } finally {
      unlinkSync(removal);
    }
  }
}

function isLinked(mine: string, file: string): boolean {
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Null for what no version of ours wrote whole. */
function parseHolder(content: string): Holder | null {
  try {
    return JSON.parse(content) as Holder;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
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
