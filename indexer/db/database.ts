/** One dialect (PostgreSQL) behind a small interface, so that the same SQL runs on PGlite and on a server. */

/** Parameters: text, numbers, booleans, null, bytes, or a list of texts (for `unnest`). JSON goes as text. */
export type SqlValue = string | number | boolean | null | Uint8Array | readonly (string | null)[];

/** Column values as both engines return them: int8 as number, numeric as text, jsonb as value. */
export type SqlRow = Record<string, unknown>;

/** What can be asked inside and outside a transaction. */
export interface Sql {
  /** Runs one statement with `$1 …` parameters and returns its rows. */
  query<Row extends SqlRow = SqlRow>(sql: string, values?: readonly SqlValue[]): Promise<Row[]>;
  /** Runs several statements without parameters. */
  exec(sql: string): Promise<void>;
}

export interface Database extends Sql {
  readonly engine: "pglite" | "postgresql";
  /** Runs `work` in one transaction: all of it is committed, or (when it throws) none. Not reentrant. */
  tx<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Calls back once when the engine is gone for good, other than by `close`: the process should end and start anew. */
  onLost(listener: (error: Error) => void): void;
  /** Flushes and closes; further calls are refused with `DATABASE_CLOSED`. */
  close(): Promise<void>;
}
