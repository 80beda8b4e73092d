/** Files that are there whole or not at all. */
import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";

/** A file in the making: outside the store's folders until `commit`. */
export type Draft = { handle: FileHandle; commit(target: string): Promise<void>; discard(): Promise<void> };

/** Drafts that this process is writing, in whatever store: a folder may be opened more than once. */
const live = new Set<string>();
let count = 0;

export class Drafts {
  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** Opens the folder of drafts and removes those of processes that are gone. @returns also how many were removed */
  static async open(dir: string): Promise<{ drafts: Drafts; swept: number }> {
    await mkdir(dir, { recursive: true });
    let swept = 0;
    for (const name of await readdir(dir)) {
      const pid = Number(name.split("-")[0]);
      const file = path.resolve(dir, name);
      if (pid === process.pid ? live.has(file) : isAlive(pid)) continue; // somebody is adding to the same store
      await rm(file, { force: true });
      swept += 1;
    }
    return { drafts: new Drafts(dir), swept };
  }

  async create(): Promise<Draft> {
    count += 1;
    const file = path.resolve(this.#dir, `${process.pid}-${count}-${Date.now()}`);
    live.add(file);
    const handle = await open(file, "wx+", 0o600).catch((error: unknown) => {
      live.delete(file);
      throw error;
    });
    let open_ = true;
    const close = async () => {
      if (open_) await handle.close();
      open_ = false;
    };
    return {
      handle,
      /** When this resolves, the disk has the file under its name. */
      async commit(target) {
        await handle.sync();
        await close();
        await makeDir(path.dirname(target));
        await rename(file, target);
        live.delete(file);
        await syncDir(path.dirname(target));
      },
      async discard() {
        await close();
        await rm(file, { force: true });
        live.delete(file);
      },
    };
  }
}

/** A folder whose entry in its parent is on disk. */
async function makeDir(dir: string): Promise<void> {
  const made = await mkdir(dir, { recursive: true });
  if (made !== undefined) await syncDir(path.dirname(made));
}

/** Puts the names in a folder on disk. */
export async function syncDir(dir: string): Promise<void> {
  if (process.platform === "win32") return; // folders cannot be opened there; NTFS journals renames itself
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Whether a process of that id runs. */
export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
