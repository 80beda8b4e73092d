/** Rows in memory while a batch of events is reduced: fetched in bulk before, written in bulk after. */
import type { Sql } from "../db/database.ts";
import type { Table, TextRow } from "../db/table.ts";
import type { RowRef, Rows } from "../projections/projection.ts";

type Row = Record<string, unknown>;
export type PreImage = { block: number; tableName: string; key: string; before: TextRow | null };
/** A row as a batch left it. */
export type RowChange = { table: Table; key: string; row: Row | null };

export class RowSet implements Rows {
  readonly contracts: Rows["contracts"];
  readonly #rows = new Map<string, Map<string, Row | null>>();
  readonly #changed = new Map<Table, Set<string>>();
  readonly #preImages: PreImage[] = [];
  readonly #touchedInBlock = new Set<string>();
  #block: number | null = null;

  constructor(contracts: Rows["contracts"]) {
    this.contracts = Object.fromEntries(
      Object.entries(contracts).map(([name, address]) => [name, address.toLowerCase()]),
    ) as Rows["contracts"];
  }

  /** Fetches the rows that are not here yet. */
  async load(sql: Sql, refs: readonly RowRef[]): Promise<void> {
    const wanted = new Map<Table, Set<string>>();
    for (const { table, key } of refs) {
      if (this.#of(table).has(key)) continue;
      const keys = wanted.get(table) ?? new Set();
      wanted.set(table, keys.add(key));
    }
    for (const [table, keys] of wanted) {
      const rows = this.#of(table);
      for (const key of keys) rows.set(key, null);
      for (const row of await table.select(sql, [...keys])) rows.set(table.keyOf(row), row);
    }
  }

  /** From here on, remembers how rows were before `block` first changed them; null: does not. */
  recordFor(block: number | null): void {
    this.#block = block;
    this.#touchedInBlock.clear();
  }

  get<R extends Row>(table: Table<R>, ...key: (string | number)[]): R | undefined {
    const name = table.keyFrom(key);
    const row = this.#of(table).get(name);
    if (row === undefined) throw new Error(`a reducer reads ${table.name} ${name} without having declared it`);
    return (row ?? undefined) as R | undefined;
  }

  /** A row that was not read before is taken to be new: ids that events create never come twice on one chain. */
  set<R extends Row>(typed: Table<R>, row: R): void {
    const table = typed as unknown as Table;
    const key = table.keyOf(row);
    const rows = this.#of(table);
    if (this.#block !== null) this.#remember(table, key, rows.get(key) ?? null);
    rows.set(key, row);
    const keys = this.#changed.get(table) ?? new Set();
    this.#changed.set(table, keys.add(key));
  }

  /** Writes every changed row. */
  async flush(sql: Sql): Promise<void> {
    for (const [table, keys] of this.#changed) {
      const rows = [...keys].map((key) => table.encode(this.#of(table).get(key) as Row));
      await table.upsert(sql, rows);
    }
  }

  get changes(): RowChange[] {
    return [...this.#changed].flatMap(([table, keys]) =>
      [...keys].map((key) => ({ table, key, row: this.#of(table).get(key) ?? null })),
    );
  }

  get preImages(): readonly PreImage[] {
    return this.#preImages;
  }

  #remember(table: Table, key: string, before: Row | null): void {
    const name = `${table.name} ${key}`;
    if (this.#touchedInBlock.has(name)) return;
    this.#touchedInBlock.add(name);
    this.#preImages.push({
      block: this.#block as number,
      tableName: table.name,
      key,
      before: before ? table.encode(before) : null,
    });
  }

  #of(table: Table): Map<string, Row | null> {
    let rows = this.#rows.get(table.name);
    if (!rows) {
      rows = new Map();
      this.#rows.set(table.name, rows);
    }
    return rows;
  }
}
