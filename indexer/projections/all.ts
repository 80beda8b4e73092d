/** Every projection, and the version that says by which reducers the tables were made. */
import { createHash } from "node:crypto";
import type { EventName, StoredEvent } from "../chain/stored-event.ts";
import type { Table } from "../db/table.ts";
import { disputesProjection } from "./disputes.ts";
import { encumbranceProjection } from "./encumbrance.ts";
import { historyProjection } from "./history.ts";
import { jobsProjection } from "./jobs.ts";
import { ledgerProjection } from "./ledger.ts";
import { licensingProjection } from "./licensing.ts";
import { operatorsProjection } from "./operators.ts";
import type { Projection, Reducer, RowRef, Rows } from "./projection.ts";
import { salesProjection } from "./sales.ts";
import { worksProjection } from "./works.ts";

/** Order matters where two reducers of one event share a row; `history` reads what the others wrote. */
const PROJECTIONS: readonly Projection[] = [
  worksProjection,
  licensingProjection,
  ledgerProjection,
  encumbranceProjection,
  operatorsProjection,
  jobsProjection,
  salesProjection,
  disputesProjection,
  historyProjection,
];

/** Raise it when a reducer's meaning changes; changes of tables are noticed by themselves. */
const REDUCERS = 2;

export const ALL_TABLES: readonly Table[] = PROJECTIONS.flatMap((projection) => projection.tables);

/** Statements that make the schema `market`. */
export const MARKET_DDL = [
  "create schema market;",
  ...ALL_TABLES.map((table) => table.ddl),
  ...PROJECTIONS.map((projection) => projection.ddl ?? ""),
].join("\n");

/** Tables made under another version are dropped and reduced again from the event log. */
export const PROJECTION_VERSION = `${REDUCERS}-${createHash("sha256").update(MARKET_DDL).digest("hex").slice(0, 16)}`;

/** Rows that the reducers of an event will read. */
export function readsOf(event: StoredEvent): RowRef[] {
  return reducersOf(event).flatMap((reducer) => reducer.reads?.(event) ?? []);
}

/** Applies every reducer of an event. */
export function reduce(event: StoredEvent, rows: Rows): void {
  for (const reducer of reducersOf(event)) reducer.apply(event, rows);
}

function reducersOf(event: StoredEvent): Reducer<EventName>[] {
  const found = PROJECTIONS.map((projection) => projection.reducers[event.name]);
  return found.filter((reducer) => reducer !== undefined) as unknown as Reducer<EventName>[];
}
