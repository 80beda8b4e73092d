/** All works of the seed market, in the order in which they are published. */
import { EIGHT_BARS } from "./eight-bars.ts";
import { INK_AND_WATER } from "./ink-and-water.ts";
import { LINE_AND_LETTER } from "./line-and-letter.ts";
import { MACHINE_HAND } from "./machine-hand.ts";
import { PAPER_AND_MOUNTAIN } from "./paper-and-mountain.ts";
import { PLANE_AND_TOWER } from "./plane-and-tower.ts";
import { THREAD_AND_GLASS } from "./thread-and-glass.ts";
import type { PlannedWork } from "./work.ts";

export const CATALOG: readonly PlannedWork[] = [
  ...INK_AND_WATER,
  ...PLANE_AND_TOWER,
  ...PAPER_AND_MOUNTAIN,
  ...THREAD_AND_GLASS,
  ...EIGHT_BARS,
  ...LINE_AND_LETTER,
  ...MACHINE_HAND,
].sort((a, b) => b.day - a.day);
