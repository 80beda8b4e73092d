/** Worker thread that owns a PGlite instance: its WebAssembly must not block the thread that serves HTTP and RPC. */
import { closeSync, fsyncSync, openSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";

export type PgliteRequest =
  | { id: number; op: "query"; sql: string; values: unknown[] }
  | { id: number; op: "exec"; sql: string }
  | { id: number; op: "sync" }
  | { id: number; op: "close" };
export type PgliteResponse =
  | { id: number; rows: Record<string, unknown>[] }
  | { id: number; error: { message: string; code?: string } };

const INT8 = 20;
const { dataDir } = workerData as { dataDir: string | null };
const port = parentPort;
if (!port) throw new Error("runs only as a worker thread");

const db = await PGlite.create({
  ...(dataDir === null ? {} : { dataDir }),
  parsers: { [INT8]: (text: string) => Number(text) },
});
let syncedAt = 0;
// PGlite has one connection: requests follow each other in the order in which they came.
let queue: Promise<void> = Promise.resolve();
port.on("message", (request: PgliteRequest) => {
  queue = queue.then(async () => {
    try {
      const rows = await run(request);
      port.postMessage({ id: request.id, rows } satisfies PgliteResponse);
    } catch (error) {
      const { message, code } = error as Error & { code?: string };
      port.postMessage({ id: request.id, error: { message, code } } satisfies PgliteResponse);
    }
    if (request.op === "close") port.close();
  });
});
port.postMessage({ id: 0, rows: [] } satisfies PgliteResponse);

async function run(request: PgliteRequest): Promise<Record<string, unknown>[]> {
  switch (request.op) {
    case "query":
      return (await db.query<Record<string, unknown>>(request.sql, request.values)).rows;
    case "exec":
      await db.exec(request.sql);
      return [];
    case "sync":
      await sync();
      return [];
    case "close":
      await sync();
      await db.close();
      return [];
  }
}

/** PGlite's file layer ignores fsync, so the files that changed since the last time are synced from here. */
async function sync(): Promise<void> {
  await db.exec("checkpoint");
  if (dataDir === null) return;
  const since = syncedAt;
  syncedAt = Date.now();
  for (const entry of readdirSync(dataDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    if (statSync(file).mtimeMs < since - 2000) continue;
    const fd = openSync(file, "r");
    fsyncSync(fd);
    closeSync(fd);
  }
}
