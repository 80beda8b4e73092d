/** PGlite in a worker thread behind `Database`. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { ColophonError } from "../../common/errors.ts";
import type { Database, Sql, SqlRow, SqlValue } from "./database.ts";
import { databaseError } from "./database-error.ts";
import { takeLock } from "./lock-file.ts";
import { syncDirectory } from "./sync-directory.ts";
import type { PgliteRequest, PgliteResponse } from "./pglite-worker.ts";

type Call =
  | { op: "query"; sql: string; values: SqlValue[] }
  | { op: "exec"; sql: string }
  | { op: "checkpoint" | "close" };
type Waiting = { resolve: (rows: SqlRow[]) => void; reject: (error: Error) => void };

/** Milliseconds between checkpoints of a database that was written to. */
const SYNC_MS = 5000;

/**
 * Opens PGlite.
 * @param dataDir folder for the lock file and the data, or null for a database in memory
 * @throws ColophonError `DATABASE_LOCKED` when another live process has it open
 */
export async function openPglite(dataDir: string | null): Promise<Database> {
  let release: () => void = () => {};
  if (dataDir !== null) {
    mkdirSync(dataDir, { recursive: true });
    release = takeLock(path.join(dataDir, "pglite.lock"));
  }
  const folder = dataDir === null ? null : path.join(dataDir, "pglite");
  const worker = new Worker(new URL("./pglite-worker.ts", import.meta.url), {
    workerData: { dataDir: folder },
    // Flags of the main thread (a preload, say) are not meant for this one.
    execArgv: [],
  });
  const database = new PgliteDatabase(worker, folder, release);
  try {
    await database.ready;
  } catch (error) {
    release();
    throw error;
  }
  return database;
}

class PgliteDatabase implements Database {
  readonly engine = "pglite" as const;
  readonly ready: Promise<SqlRow[]>;
  readonly #worker: Worker;
  readonly #dataDir: string | null;
  readonly #release: () => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #timer: NodeJS.Timeout;
  /** Tail of the queue of those who want the one connection. */
  #turn: Promise<void> = Promise.resolve();
  #nextId = 1;
  #dirty = false;
  #syncing: Promise<void> | null = null;
  #syncedAt = 0;
  #closed = false;
  #onLost: ((error: Error) => void) | null = null;

  constructor(worker: Worker, dataDir: string | null, release: () => void) {
    this.#worker = worker;
    this.#dataDir = dataDir;
    this.#release = release;
    this.ready = new Promise((resolve, reject) => this.#waiting.set(0, { resolve, reject }));
    worker.on("message", (response: PgliteResponse) => this.#settle(response));
    worker.on("error", (error) => this.#fail(error));
    worker.on("exit", () =>
      this.#fail(new ColophonError("DATABASE_CLOSED", "The database is closed.", { status: 503 })),
    );
    this.#timer = setInterval(() => void this.#sync(), SYNC_MS);
    this.#timer.unref();
  }

  query<Row extends SqlRow>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return this.#exclusive(() => this.#call({ op: "query", sql, values: [...values] })) as Promise<Row[]>;
  }

  async exec(sql: string): Promise<void> {
    await this.#exclusive(() => this.#call({ op: "exec", sql }));
  }

  tx<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#exclusive(async () => {
      const sql: Sql = {
        query: <Row extends SqlRow>(text: string, values: readonly SqlValue[] = []) =>
          this.#call({ op: "query", sql: text, values: [...values] }) as Promise<Row[]>,
        exec: async (text) => void (await this.#call({ op: "exec", sql: text })),
      };
      await sql.exec("begin");
      try {
        const result = await work(sql);
        await sql.exec("commit");
        this.#dirty = true;
        return result;
      } catch (error) {
        await sql.exec("rollback");
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    clearInterval(this.#timer);
    await this.#exclusive(async () => {
      this.#closed = true;
      await this.#call({ op: "close" }, true);
    });
    await this.#syncing;
    await this.#syncFiles();
    await this.#worker.terminate();
    this.#release();
  }

  /** Checkpoints what was written since the last time, and has the system write those files to disk. */
  async #sync(): Promise<void> {
    if (!this.#dirty || this.#closed || this.#syncing) return;
    this.#dirty = false;
    this.#syncing = this.#checkpoint().finally(() => {
      this.#syncing = null;
    });
    await this.#syncing;
  }

  async #checkpoint(): Promise<void> {
    await this.#exclusive(() => this.#call({ op: "checkpoint" }));
    await this.#syncFiles();
  }

  async #syncFiles(): Promise<void> {
    const since = this.#syncedAt;
    this.#syncedAt = Date.now();
    if (this.#dataDir !== null) await syncDirectory(this.#dataDir, since);
  }

  /** Gives `work` the connection to itself: nobody else's statement may slip into a transaction. */
  async #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#turn;
    let done: () => void = () => {};
    this.#turn = new Promise((resolve) => {
      done = resolve;
    });
    await before;
    try {
      return await work();
    } finally {
      done();
    }
  }

  #call(call: Call, closing = false): Promise<SqlRow[]> {
    if (this.#closed && !closing) {
      return Promise.reject(new ColophonError("DATABASE_CLOSED", "The database is closed.", { status: 503 }));
    }
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
      this.#worker.postMessage({ id, ...call } satisfies PgliteRequest);
    });
  }

  #settle(response: PgliteResponse): void {
    const waiting = this.#waiting.get(response.id);
    this.#waiting.delete(response.id);
    if ("error" in response) waiting?.reject(databaseError(response.error.message, response.error.code));
    else waiting?.resolve(response.rows);
  }

  onLost(listener: (error: Error) => void): void {
    this.#onLost = listener;
  }

  #fail(error: Error): void {
    if (!this.#closed) this.#onLost?.(error);
    this.#closed = true;
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
