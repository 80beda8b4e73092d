/** The files that an evaluation is given. */
import { readdir, stat } from "node:fs/promises";
import path from "node:path";

/**
 * Files below a folder, sorted, relative to it. Links to files count: a sample is often a folder of links. Links to folders are not followed.
 * @throws Error of the file system, with its code, when there is no such folder
 */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    entries.map(async (entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const linked = entry.isSymbolicLink() ? await stat(file).catch(() => null) : entry;
      return linked?.isFile() ? [path.relative(folder, file)] : [];
    }),
  );
  return files.flat().sort();
}
