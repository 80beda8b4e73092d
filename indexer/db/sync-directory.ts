/** Asks the operating system to write a folder's files to disk: PGlite's own file layer leaves that out. */
import { open, readdir, stat } from "node:fs/promises";
import path from "node:path";

/** Coarse file times and clocks may differ by so much, ms. */
const SLACK_MS = 2000;

/**
 * Syncs every file that changed since a time. One after the other and off the event loop: the disk, not we, is slow.
 * @param since Unix time, ms
 */
export async function syncDirectory(dir: string, since: number): Promise<void> {
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    try {
      await syncFile(path.join(entry.parentPath, entry.name), since);
    } catch (error) {
      // The database recycles files while it runs.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}

async function syncFile(file: string, since: number): Promise<void> {
  if ((await stat(file)).mtimeMs < since - SLACK_MS) return;
  const handle = await open(file, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
