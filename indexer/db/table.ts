/** Typed tables that reducers write: rows as objects in TypeScript, as text on the way to and from the database. */
import type { Sql } from "./database.ts";

/** How a column is stored, and what it is in TypeScript. */
type Codec<T> = { sql: string; encode: (value: T) => string; decode: (text: string) => T };

const text: Codec<string> = { sql: "text", encode: (v) => v, decode: (t) => t };
/** Sequential ids of the chain: decimal text here, int8 there, so that they sort. */
const id: Codec<string> = { sql: "int8", encode: (v) => v, decode: (t) => t };
const int: Codec<number> = { sql: "int8", encode: String, decode: Number };
/** Amounts up to 2^256. */
const amount: Codec<bigint> = { sql: "numeric(78)", encode: String, decode: BigInt };
const bool: Codec<boolean> = { sql: "boolean", encode: String, decode: (t) => t === "true" };

/** JSON values are spelled as PostgreSQL spells jsonb only in the database; here they are plain values. */
function json<T>(): Codec<T> {
  return { sql: "jsonb", encode: (v) => JSON.stringify(v), decode: (t) => JSON.parse(t) as T };
}
function nullable<T>(codec: Codec<T>): Codec<T | null> & { nullable: true } {
  return codec as unknown as Codec<T | null> & { nullable: true };
}

/** The kinds of columns. */
export const column = { text, id, int, amount, bool, json, nullable };

type AnyCodec = { sql: string; encode: (value: never) => string; decode: (text: string) => unknown };
type Columns = Record<string, AnyCodec>;
type ValueOf<C> = C extends { decode: (text: string) => infer T } ? T : never;
export type RowOf<T> = T extends Table<infer Row> ? Row : never;

/** A row with every value as text (null stays null): what pre-images hold. */
export type TextRow = Record<string, string | null>;

export class Table<Row extends Record<string, unknown> = Record<string, unknown>> {
  /** Schema-qualified name. */
  readonly name: string;
  readonly key: readonly string[];
  readonly columns: Readonly<Columns>;

  constructor(name: string, key: readonly string[], columns: Columns) {
    this.name = name;
    this.key = key;
    this.columns = columns;
  }

  /** The row's key as one string. */
  keyOf(row: Row): string {
    return JSON.stringify(this.key.map((name) => this.#encode(name, row[name])));
  }

  /** Key made of its parts, in the order of `key`. */
  keyFrom(parts: readonly (string | number)[]): string {
    return JSON.stringify(parts.map(String));
  }

  encode(row: Row): TextRow {
    return Object.fromEntries(Object.keys(this.columns).map((name) => [name, this.#encode(name, row[name])]));
  }

  decode(row: TextRow): Row {
    const entries = Object.entries(this.columns).map(([name, codec]) => {
      const value = row[name];
      return [name, value === null || value === undefined ? null : codec.decode(value)];
    });
    return Object.fromEntries(entries) as Row;
  }

  /** Statement that creates the table. */
  get ddl(): string {
    const columns = Object.entries(this.columns).map(([name, codec]) => `${name} ${codec.sql}`);
    return `create table ${this.name} (${columns.join(", ")}, primary key (${this.key.join(", ")}));`;
  }

  /** Select list that yields every column as text. */
  get #textColumns(): string {
    return Object.keys(this.columns)
      .map((name) => `t.${name}::text as ${name}`)
      .join(", ");
  }

  /** Rows with these keys; one statement. */
  async select(sql: Sql, keys: readonly string[]): Promise<Row[]> {
    if (keys.length === 0) return [];
    const parts = keys.map((key) => JSON.parse(key) as string[]);
    const lists = this.key.map((_, i) => parts.map((part) => part[i] ?? null));
    const rows = await sql.query<TextRow>(
      `select ${this.#textColumns} from unnest(${this.#keyLists}) as k(${this.key.map((_, i) => `k${i}`).join(", ")})
       join ${this.name} t on ${this.#keyMatch}`,
      lists,
    );
    return rows.map((row) => this.decode(row));
  }

  /** Rows with these values in the first column of the key, in the order of the key; one statement. */
  async selectUnder(sql: Sql, values: readonly string[]): Promise<Row[]> {
    if (values.length === 0) return [];
    const [first = ""] = this.key;
    const order = this.key.map((name) => `t.${name}`).join(", ");
    const rows = await sql.query<TextRow>(
      `select ${this.#textColumns} from ${this.name} t
       where t.${first} = any($1::text[]::${this.columns[first]?.sql}[]) order by ${order}`,
      [[...values]],
    );
    return rows.map((row) => this.decode(row));
  }

  async selectAll(sql: Sql): Promise<Row[]> {
    const order = this.key.map((name) => `t.${name}`).join(", ");
    const rows = await sql.query<TextRow>(`select ${this.#textColumns} from ${this.name} t order by ${order}`);
    return rows.map((row) => this.decode(row));
  }

  /** Inserts or replaces rows; one statement whatever their number. */
  async upsert(sql: Sql, rows: readonly TextRow[]): Promise<void> {
    if (rows.length === 0) return;
    const names = Object.keys(this.columns);
    const lists = names.map((name) => rows.map((row) => row[name] ?? null));
    const casts = names.map((name) => `u.${name}::${this.columns[name]?.sql}`);
    const params = names.map((_, i) => `$${i + 1}::text[]`);
    const rest = names.filter((name) => !this.key.includes(name));
    const action = rest.length === 0 ? "nothing" : `update set ${rest.map((n) => `${n} = excluded.${n}`).join(", ")}`;
    await sql.query(
      `insert into ${this.name} (${names.join(", ")})
       select ${casts.join(", ")} from unnest(${params.join(", ")}) as u(${names.join(", ")})
       on conflict (${this.key.join(", ")}) do ${action}`,
      lists,
    );
  }

  /** Deletes rows by key; one statement. */
  async remove(sql: Sql, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const parts = keys.map((key) => JSON.parse(key) as string[]);
    const lists = this.key.map((_, i) => parts.map((part) => part[i] ?? null));
    await sql.query(
      `delete from ${this.name} t using unnest(${this.#keyLists}) as k(${this.key.map((_, i) => `k${i}`).join(", ")})
       where ${this.#keyMatch}`,
      lists,
    );
  }

  get #keyLists(): string {
    return this.key.map((_, i) => `$${i + 1}::text[]`).join(", ");
  }

  get #keyMatch(): string {
    return this.key.map((name, i) => `t.${name} = k.k${i}::${this.columns[name]?.sql}`).join(" and ");
  }

  #encode(name: string, value: unknown): string | null {
    if (value === null || value === undefined) return null;
    return (this.columns[name] as Codec<unknown>).encode(value);
  }
}

/** Declares a table; the row type follows from the columns. */
export function table<C extends Columns>(
  name: string,
  key: readonly (keyof C & string)[],
  columns: C,
): Table<{ [K in keyof C]: ValueOf<C[K]> }> {
  return new Table(name, key, columns);
}
