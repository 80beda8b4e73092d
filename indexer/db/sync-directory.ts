/** Asks the operating system to write a folder's files to disk: PGlite's own file layer leaves that out. */
import { execFile } from "node:child_process";
import { open, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

/** Coarse file times and clocks may differ by so much, ms. */
const SLACK_MS = 2000;

/**
 * Syncs the files that changed since a time, off the event loop. One call for the whole file system where `sync -f`
 * exists (a fresh database has a thousand files: one by one they take seconds), else file by file.
 * @param since Unix time, ms
 */
export async function syncDirectory(dir: string, since: number): Promise<void> {
  if (process.platform === "linux" && (await syncFileSystem(dir))) return;
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

/** False where there is no such program, or one that does not know `-f`. */
async function syncFileSystem(dir: string): Promise<boolean> {
  try {
    await promisify(execFile)("sync", ["-f", dir]);
    return true;
  } catch {
    return false;
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
