/** What the seed market's works are described by. */
import type { DevRole } from "../../../common/dev-wallets.ts";
import type { TermPreset } from "../../../common/terms.ts";
import type { PaletteName } from "../art/palettes.ts";
import type { StyleName } from "../art/styles.ts";
import type { VariationName } from "../art/variations.ts";
import type { CoverLayout } from "../music/cover.ts";
import type { MoodName } from "../music/moods.ts";

/** [width, height] in pixels. */
export type Size = readonly [number, number];

/** How a work's file is made. Works named by `of` are licensed parents. */
export type Recipe =
  | { type: "picture"; style: StyleName; palette: PaletteName; size: Size; seed?: string }
  | { type: "melody"; mood: MoodName; cover: CoverLayout; palette: PaletteName }
  | { type: "text"; file: string }
  | { type: "variation"; of: string; variation: VariationName; palette: PaletteName; size: Size }
  | { type: "generated"; tiles: number; tilePixels: number; palette: readonly string[] }
  | { type: "remix"; of: string; tiles: number; tilePixels: number };

/** One offer: terms by preset, price in thousandths of a coin, licenses for sale (0 = no limit). */
export type OfferPlan = { terms: TermPreset; milli: number; supply?: number };

/**
 * @property key name of the work in the plan; its random seed too, unless the recipe has another
 * @property day days before the end of the history at which it is published, more than 0
 * @property offers the first is made in the transaction that publishes, the others right after it
 * @property appeal how well it sells among equals; 1 = ordinary
 */
export type PlannedWork = {
  key: string;
  creator: DevRole;
  day: number;
  title: string;
  description: string;
  lang: "en" | "zh";
  tags: readonly string[];
  recipe: Recipe;
  offers: readonly OfferPlan[];
  appeal?: number;
};
