/** Files that are there whole or not at all. */
import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";

/** A file in the making: outside the store's folders until `commit`. */
export type Draft = { handle: FileHandle; commit(target: string): Promise<void>; discard(): Promise<void> };

export class Drafts {
  readonly #dir: string;
  #count = 0;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** Opens the folder of drafts and removes those of processes that are gone. @returns also how many were removed */
  static async open(dir: string): Promise<{ drafts: Drafts; swept: number }> {
    await mkdir(dir, { recursive: true });
    let swept = 0;
    for (const name of await readdir(dir)) {
      const pid = Number(name.split("-")[0]);
      if (pid !== process.pid && isAlive(pid)) continue; // another process adds to the same store
      await rm(path.join(dir, name), { force: true });
      swept += 1;
    }
    return { drafts: new Drafts(dir), swept };
  }

  async create(): Promise<Draft> {
    this.#count += 1;
    const file = path.join(this.#dir, `${process.pid}-${this.#count}-${Date.now()}`);
    const handle = await open(file, "wx+", 0o600);
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
        await syncDir(path.dirname(target));
      },
      async discard() {
        await close();
        await rm(file, { force: true });
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
