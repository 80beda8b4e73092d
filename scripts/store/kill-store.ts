import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { ColophonError } from "../../common/errors.ts";
import { Prng } from "../../common/prng.ts";
import { openContentStore } from "../../storage/index.ts";
import { parseCid } from "../../storage/cid.ts";
import { walkDag } from "../../storage/walk-dag.ts";
import { simBytes } from "./sim-bytes.ts";

/** `torn`: stored works that cannot be read whole. `lost`: acknowledged, not released, and gone or changed. `stray`: files left over. */
export type KillReport = { kills: number; torn: number; lost: number; stray: number; acknowledged: number };

/**
 * Kills a process that works on a store, again and again, and looks at what is left.
 * @param dir an empty folder
 * @param seed decides what the processes do and how long each lives; where in an action the kill falls, the machine decides
 * @param onKill told the number of kills so far
 */
export async function killStore(
  dir: string,
  { kills, seed, onKill }: { kills: number; seed: string; onKill?: (done: number) => void },
): Promise<KillReport> {
  const prng = new Prng(`kill ${seed}`);
  /** What the store must have: CID -> how to make its bytes again (null: checked by its blocks alone). */
  const kept = new Map<string, { seed: string; bytes: number } | null>();
  let acknowledged = 0;
  const report: KillReport = { kills, torn: 0, lost: 0, stray: 0, acknowledged: 0 };
  for (let round = 0; round < kills; round++) {
    await runAndKill(dir, `${seed}/${round}`, 5 + prng.below(250), (line) => {
      const [word, cid = "", key = "", bytes = ""] = line.split(" ");
      if (word === "release") kept.delete(cid);
      else if (word === "folder") kept.set(cid, null);
      else if (word === "added") kept.set(cid, { seed: key, bytes: Number(bytes) });
      if (word !== "release") acknowledged += 1;
    });
    onKill?.(round + 1);
    // Opened as after a crash; what the sweep leaves is stray. Everything is read at the end, a tenth of it on the way.
    const store = await openContentStore(dir);
    report.stray += await countStray(dir);
    const last = round === kills - 1;
    for (const [cid, file] of kept) {
      if (!last && prng.below(10) > 0) continue;
      if (!(await isWhole(store, cid, file))) report.lost += 1;
    }
    if (last || round % 20 === 19) {
      for (const name of store.blocks.damaged) if (name) report.torn += 1;
      for await (const { root } of store.blocks.works()) if (!(await isWhole(store, root, null))) report.torn += 1;
    }
    await store.close();
  }
  return { ...report, acknowledged };
}

async function runAndKill(dir: string, seed: string, lifeMs: number, onLine: (line: string) => void): Promise<void> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, "sim-worker.ts"), dir, seed], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const closed = once(child, "close");
  for await (const line of completeLines(child.stdout)) {
    // The life is counted from the moment when the store is open, so that the kill falls anywhere in an action.
    if (line === "ready") setTimeout(() => child.kill("SIGKILL"), lifeMs);
    else onLine(line);
  }
  const [code, signal] = await exited;
  await closed;
  if (signal !== "SIGKILL") throw new Error(`the process ended by itself with ${code ?? signal}`);
}

/** Lines that came whole: the last one may have been cut by the kill. */
async function* completeLines(out: NodeJS.ReadableStream): AsyncGenerator<string> {
  let rest = "";
  out.setEncoding("utf8");
  for await (const chunk of out) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

type Store = Awaited<ReturnType<typeof openContentStore>>;

async function isWhole(store: Store, cid: string, file: { seed: string; bytes: number } | null): Promise<boolean> {
  try {
    if (file === null) {
      for await (const { block } of walkDag(parseCid(cid), (at) => store.blocks.get(at))) void block;
      return true;
    }
    const hash = createHash("sha256");
    for await (const part of store.cat(cid)) hash.update(part);
    return hash.digest().equals(createHash("sha256").update(simBytes(file.seed, file.bytes)).digest());
  } catch (error) {
    if (error instanceof ColophonError) return false;
    throw error;
  }
}

/** Drafts, half-done removals and locks: nothing of these may outlive a start. */
async function countStray(dir: string): Promise<number> {
  let stray = 0;
  for (const part of ["drafts", "collecting"]) stray += (await readdir(path.join(dir, part))).length;
  return stray + (await readdir(dir)).filter((name) => name.startsWith("gc.lock")).length;
}
