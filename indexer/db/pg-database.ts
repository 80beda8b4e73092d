/** A PostgreSQL server behind `Database`. */
import pg from "pg";
import { ColophonError } from "../../common/errors.ts";
import type { Database, Sql, SqlRow, SqlValue } from "./database.ts";
import { databaseError } from "./database-error.ts";

const INT8 = 20;
/** Key of the advisory lock that the one writer holds ("colophon" as bytes, folded). */
const WRITER_LOCK = 0x0c010f01;

const types = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format),
};

/**
 * Connects to PostgreSQL (15 or newer) and takes the writer's advisory lock.
 * @throws ColophonError `DATABASE_LOCKED` when another indexer writes to the same database
 */
export async function openPostgres(connectionString: string): Promise<Database> {
  const lock = new pg.Client({ connectionString, types });
  await lock.connect();
  const held = await lock.query<{ held: boolean }>("select pg_try_advisory_lock($1) as held", [WRITER_LOCK]);
  if (!held.rows[0]?.held) {
    await lock.end();
    throw new ColophonError("DATABASE_LOCKED", "Another indexer writes to this database.", { status: 503 });
  }
  return new PgDatabase(new pg.Pool({ connectionString, max: 10, types }), lock);
}

class PgDatabase implements Database {
  readonly engine = "postgresql" as const;
  readonly #pool: pg.Pool;
  readonly #lock: pg.Client;
  #lost: Error | null = null;
  #onLost: ((error: Error) => void) | null = null;

  constructor(pool: pg.Pool, lock: pg.Client) {
    this.#pool = pool;
    this.#lock = lock;
    // An idle connection that breaks is replaced by the pool; the lock's connection must not be.
    pool.on("error", () => {});
    lock.on("error", (error) => {
      this.#lost = error;
      this.#onLost?.(error);
    });
  }

  query<Row extends SqlRow>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return ask<Row>(this.#pool, sql, values);
  }

  async exec(sql: string): Promise<void> {
    await ask(this.#pool, sql);
  }

  async tx<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    if (this.#lost) {
      throw new ColophonError("DATABASE_LOCKED", "The writer's lock was lost with its connection.", {
        status: 503,
        cause: this.#lost,
      });
    }
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await client.query("begin");
      const result = await work({
        query: (sql, values) => ask(client, sql, values),
        exec: async (sql) => void (await ask(client, sql)),
      });
      await client.query("commit");
      return result;
    } catch (error) {
      try {
        await client.query("rollback");
      } catch (rollbackError) {
        broken = rollbackError as Error;
      }
      throw error;
    } finally {
      client.release(broken);
    }
  }

  onLost(listener: (error: Error) => void): void {
    this.#onLost = listener;
  }

  async close(): Promise<void> {
    await this.#pool.end();
    await this.#lock.end();
  }
}

async function ask<Row extends SqlRow>(
  client: pg.Pool | pg.PoolClient,
  sql: string,
  values?: readonly SqlValue[],
): Promise<Row[]> {
  try {
    const result = await (values ? client.query<Row>(sql, [...values]) : client.query<Row>(sql));
    return result.rows;
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    throw databaseError(message, code, error);
  }
}
