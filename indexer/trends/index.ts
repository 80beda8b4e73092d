/** Market trends: pure functions over the market's facts. */
export { type ComputeTrendsOptions, computeTrends, type TrendsOfIds } from "./compute-trends.ts";
export { DecayedSum } from "./forward-decay.ts";
