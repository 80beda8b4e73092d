import { link, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { ColophonError, hasCode } from "../common/errors.ts";
import type { Blocks } from "./blocks.ts";
import { parseCid } from "./cid.ts";
import { isAlive } from "./durable-file.ts";

/** Works that were (or, in a dry run, would be) removed. */
export type Collected = { dryRun: boolean; works: number; bytes: number; removed: string[] };

/**
 * Removes works that were released long enough ago. Safe beside writers of other processes and after a crash at any point.
 * @throws ColophonError STORE_BUSY while another process collects
 */
export async function collectGarbage(
  dir: string,
  blocks: Blocks,
  options: { dryRun?: boolean; graceMs?: number } = {},
): Promise<Collected> {
  const dryRun = options.dryRun ?? false;
  const before = Date.now() - (options.graceMs ?? 0);
  const removed: string[] = [];
  let bytes = 0;
  const unlock = dryRun ? async () => {} : await lock(dir);
  try {
    if (!dryRun) await finishRemovals(blocks);
    const marks = await blocks.releases.list();
    if (dryRun) {
      for await (const { root, bytes: size } of blocks.works()) {
        const since = marks.get(root);
        if (since === undefined || since > before) continue;
        bytes += size;
        removed.push(root);
      }
      return { dryRun, works: removed.length, bytes, removed };
    }
    for (const [root, since] of marks) {
      if (since > before) continue;
      const collected = await blocks.releases.collect(root, async () => {
        bytes += await blocks.remove(parseCid(root));
      });
      if (collected) removed.push(root);
    }
  } finally {
    await unlock();
  }
  return { dryRun, works: removed.length, bytes, removed };
}

/** Ends removals that a killed process began, and takes its lock away, unless another process is collecting. */
export async function recoverCollection(dir: string, blocks: Blocks): Promise<void> {
  const locks = (await readdir(dir)).filter((name) => name.startsWith("gc.lock"));
  if (locks.length === 0 && (await blocks.releases.unfinished()).length === 0) return;
  for (const name of locks) {
    const holder = /^gc\.lock\.(\d+)(?:\.dead)?$/.exec(name)?.[1];
    if (holder !== undefined && !isAlive(Number(holder))) await rm(path.join(dir, name), { force: true });
  }
  const unlock = await lock(dir).catch((error: unknown) => {
    if (hasCode(error, "STORE_BUSY")) return null;
    throw error;
  });
  if (!unlock) return;
  try {
    await finishRemovals(blocks);
  } finally {
    await unlock();
  }
}

async function finishRemovals(blocks: Blocks): Promise<void> {
  for (const root of await blocks.releases.unfinished()) {
    await blocks.releases.finish(root, async () => {
      await blocks.remove(parseCid(root));
    });
  }
}

/** Folders that this process is collecting in. */
const held = new Set<string>();

/** One collector at a time; the lock of a process that is gone does not count. The lock appears with its holder's name in it. */
async function lock(dir: string): Promise<() => Promise<void>> {
  const busy = () =>
    new ColophonError("STORE_BUSY", "Garbage is being collected in this store already.", { status: 503 });
  if (held.has(dir)) throw busy();
  held.add(dir);
  const file = path.join(dir, "gc.lock");
  const own = `${file}.${process.pid}`;
  try {
    await writeFile(own, String(process.pid));
    const holder = Number(await readFile(file, "utf8").catch(() => "0"));
    if (holder === process.pid || !isAlive(holder)) await removeDeadLock(file, holder);
    await link(own, file);
  } catch (error) {
    held.delete(dir);
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw busy();
    throw error;
  } finally {
    await rm(own, { force: true });
  }
  return async () => {
    await rm(file, { force: true });
    held.delete(dir);
  };
}

/**
 * Takes away the lock of a process that is gone. Two processes may find the same one: by a rename only one of them gets it, and what it
 * gets is looked at again, because it may be the other's new lock, which is put back.
 */
export async function removeDeadLock(file: string, holder: number): Promise<void> {
  const aside = `${file}.${process.pid}.dead`;
  const taken = await rename(file, aside).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
  if (!taken) return;
  try {
    if (Number(await readFile(aside, "utf8")) !== holder) await link(aside, file);
  } finally {
    await rm(aside, { force: true });
  }
}
