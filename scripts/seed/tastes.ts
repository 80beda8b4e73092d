/** What the built-in buyers like, and how an offer is chosen. */
import type { DevRole } from "../../common/dev-wallets.ts";
import type { PlannedWork } from "./catalog/work.ts";

/**
 * @property creators how much each creator's work is liked; creators that are not named count `otherwise`
 * @property tags liking is multiplied for each tag of the work that is named here
 * @property business chance that the buyer takes a license for commercial use where there is one
 * @property zeal share of all purchases
 */
export type Taste = {
  buyer: DevRole;
  creators: Partial<Record<DevRole, number>>;
  otherwise: number;
  tags: Readonly<Record<string, number>>;
  business: number;
  zeal: number;
};

export const TASTES: readonly Taste[] = [
  {
    // Hangs pictures of water and mountains.
    buyer: "buyer-1",
    creators: { "creator-1": 3, "creator-3": 2.2 },
    otherwise: 0.25,
    tags: { water: 2, mountains: 2, 山水: 2, sea: 1.6 },
    business: 0.1,
    zeal: 1.2,
  },
  {
    // Designs interiors: geometry and pattern, for clients.
    buyer: "buyer-2",
    creators: { "creator-2": 3, "creator-4": 2.4 },
    otherwise: 0.2,
    tags: { geometry: 1.8, pattern: 1.8, architecture: 1.5 },
    business: 0.6,
    zeal: 1.3,
  },
  {
    // Cuts films: music, and words to speak over it.
    buyer: "buyer-3",
    creators: { "creator-5": 3.4, "creator-6": 1.6 },
    otherwise: 0.15,
    tags: { melody: 1.6, poem: 1.3, night: 1.4 },
    business: 0.7,
    zeal: 1.0,
  },
  {
    // Makes things by hand: glass, thread, plants.
    buyer: "buyer-4",
    creators: { "creator-4": 3, "creator-3": 1.3 },
    otherwise: 0.3,
    tags: { textile: 2, botanical: 2.4, "stained glass": 1.8, weaving: 1.6 },
    business: 0.2,
    zeal: 1.0,
  },
  {
    // Runs a Chinese reading room.
    buyer: "buyer-5",
    creators: { "creator-3": 3.2, "creator-5": 1.2, "creator-6": 0.8 },
    otherwise: 0.2,
    tags: { 诗: 2.2, 剪纸: 1.6, 五声音阶: 2.6, 微小说: 2, 雨: 1.5 },
    business: 0.3,
    zeal: 1.1,
  },
  {
    // Collects what machines and rules draw.
    buyer: "buyer-6",
    creators: { "creator-6": 2.6, "creator-2": 1.4 },
    otherwise: 0.35,
    tags: { generated: 2.6, engraving: 2, remix: 1.6, "cellular automaton": 1.8, city: 1.4 },
    business: 0.15,
    zeal: 1.0,
  },
];

/** How much a buyer wants a work, before price and age; greater than 0. */
export function likingOf(taste: Taste, work: PlannedWork): number {
  let liking = taste.creators[work.creator] ?? taste.otherwise;
  for (const tag of work.tags) liking *= taste.tags[tag] ?? 1;
  return liking * (work.appeal ?? 1) ** 1.9;
}
