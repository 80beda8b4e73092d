import { type FileHandle, open } from "node:fs/promises";

/** Files that stay open after their last use, and for how long, ms. */
const KEEP = 16;
const IDLE_MS = 2000;

type Entry = { file: Promise<FileHandle | null>; uses: number; stale: boolean };

/** Files kept open between reads: opening one for each block of a work costs about as much as reading the block. */
export class OpenFiles {
  /** The least recently used first. */
  readonly #entries = new Map<string, Entry>();
  #sweeping = false;

  /** Runs `use` with the file, or with null when there is none of that name. */
  async with<T>(name: string, use: (file: FileHandle | null) => Promise<T>): Promise<T> {
    const entry = this.#entries.get(name) ?? { file: open(name, "r").catch(absent), uses: 0, stale: false };
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    entry.uses += 1;
    try {
      const file = await entry.file;
      if (!file) this.forget(name);
      return await use(file);
    } catch (error) {
      this.forget(name);
      throw error;
    } finally {
      entry.uses -= 1;
      if (entry.stale) await close(entry);
      this.#closeIdle(KEEP);
      if (!this.#sweeping) setTimeout(() => this.#closeIdle(0), IDLE_MS).unref();
      this.#sweeping = true;
    }
  }

  /** Closes files that nobody uses until `keep` are left. */
  #closeIdle(keep: number): void {
    if (keep === 0) this.#sweeping = false;
    for (const [name, { uses }] of this.#entries) {
      if (this.#entries.size <= keep) break;
      if (uses === 0) this.forget(name);
    }
  }

  /** The next use opens the file again: it was replaced or removed. */
  forget(name: string): void {
    const entry = this.#entries.get(name);
    if (!entry) return;
    this.#entries.delete(name);
    entry.stale = true;
    void close(entry);
  }

  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const entry of entries) {
      entry.stale = true;
      await close(entry);
    }
  }
}

/** Closes a file that nobody uses; the last user closes it otherwise. */
async function close(entry: Entry): Promise<void> {
  if (entry.uses > 0) return;
  const file = await entry.file.catch(() => null);
  entry.file = Promise.resolve(null);
  await file?.close();
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
