/** The indexer: chain to event log to projections, and the HTTP API over them. */
export { type ApiOptions, createApi } from "./api/create-api.ts";
export type { PageRequest, RenderPage } from "./api/pages.ts";
export { Indexer, startIndexer, type StartIndexerOptions } from "./indexer.ts";
