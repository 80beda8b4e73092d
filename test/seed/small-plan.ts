/** A part of the plan that has one of everything, for tests that seed a chain. */
import { makePlan, partOf, type Plan } from "../../scripts/seed/plan.ts";

const KEYS = new Set([
  "proposal-for-a-square",
  "seven-ridges",
  "plaited-ridges",
  "mosaic-of-ridges",
  "engraved-tesserae",
  "sheet-of-first-marks",
  "waltz-lit-hall",
  "night-rain",
  "house-colophon",
  "tea-stall",
  "night-ferry",
  "square-tiles",
]);

export function smallPlan(): Plan {
  return partOf(makePlan(), (work) => KEYS.has(work.key));
}
