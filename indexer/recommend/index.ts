/** Recommendation: pure functions over the market's facts. Transparent scores, reasons from log entries. */
export type { Reason, ReasonCode } from "./reason.ts";
export { type BuildShelvesOptions, buildShelves, type RecommendedWork, type Shelf } from "./shelves.ts";
export { type SimilarToOptions, similarTo } from "./similar-to.ts";
