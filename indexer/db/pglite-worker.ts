/** Worker thread that owns a PGlite instance: its WebAssembly must not block the thread that serves HTTP and RPC. */
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";

export type PgliteRequest =
  | { id: number; op: "query"; sql: string; values: unknown[] }
  | { id: number; op: "exec"; sql: string }
  | { id: number; op: "checkpoint" }
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
    case "checkpoint":
      await db.exec("checkpoint");
      return [];
    case "close":
      await db.exec("checkpoint");
      await db.close();
      return [];
  }
}
