/** What a projection is: tables, and pure reducers that say how each event of the log changes their rows. */
import type { ContractName } from "../chain/contract-events.ts";
import type { EventName, StoredEvent } from "../chain/stored-event.ts";
import type { Table } from "../db/table.ts";

/** A row that a reducer will look at, so that the rows of many events are fetched with one statement per table. */
export type RowRef = { table: Table; key: string };

/** Rows as reducers see them. */
export interface Rows {
  /** Addresses of the deployment's contracts, in lower case. */
  readonly contracts: Readonly<Record<ContractName, string>>;
  /** The row, or undefined. Only keys that the reducer declared in `reads` (or set before) may be asked for. */
  get<Row extends Record<string, unknown>>(table: Table<Row>, ...key: (string | number)[]): Row | undefined;
  set<Row extends Record<string, unknown>>(table: Table<Row>, row: Row): void;
}

export type Reducer<Name extends EventName> = {
  reads?: (event: StoredEvent<Name>) => RowRef[];
  apply: (event: StoredEvent<Name>, rows: Rows) => void;
};
export type Reducers = { [Name in EventName]?: Reducer<Name> };

export type Projection = {
  tables: readonly Table[];
  /** Indexes and the like, run once after the tables were made. */
  ddl?: string;
  reducers: Reducers;
};

/** Names a row for `reads`. */
export function ref<Row extends Record<string, unknown>>(table: Table<Row>, ...key: (string | number)[]): RowRef {
  return { table, key: table.keyFrom(key) };
}

/** The log entry that states a fact. */
export type EvidenceColumn = { tx: string; block: number; logIndex: number; event: string };

/** An event without its arguments. */
export type EventPlace = { name: EventName; block: number; time: number; logIndex: number; tx: string };

export function evidenceOf(event: EventPlace): EvidenceColumn {
  const name = event.name.slice(event.name.indexOf(".") + 1);
  return { tx: event.tx, block: event.block, logIndex: event.logIndex, event: name };
}

export const ZERO_ADDRESS = `0x${"00".repeat(20)}`;
