/** The market's history before it opens: who publishes, buys, orders, remixes and collects what, and when. Pure. */
import type { DevRole } from "../../common/dev-wallets.ts";
import { Prng } from "../../common/prng.ts";
import { CATALOG } from "./catalog/index.ts";
import type { PlannedWork } from "./catalog/work.ts";
import { likingOf, TASTES } from "./tastes.ts";

const HOUR = 3600;
const DAY = 86_400;

/** Length of the history, seconds: eight weeks. */
export const HISTORY_SECONDS = 56 * DAY;

/** Sales to the built-in buyers over the whole history. */
const SALES = 152;

/**
 * One thing done, by one wallet. `at` is in seconds from the start of the history; `work` and `job` are keys of works
 * (a job is named after the work that its output becomes); `offer` counts from 0 in the work's list.
 */
export type Action =
  | { kind: "publish"; at: number; by: DevRole; work: string }
  | { kind: "offer"; at: number; by: DevRole; work: string; offer: number }
  | { kind: "buy"; at: number; by: DevRole; work: string; offer: number }
  | { kind: "post"; at: number; by: DevRole; job: string }
  | { kind: "settle"; at: number; by: DevRole; job: string }
  | { kind: "collect"; at: number; by: DevRole };

export type Plan = {
  works: ReadonlyMap<string, PlannedWork>;
  /** In order of time; an action needs only what comes before it. */
  actions: readonly Action[];
};

/** Key of the picture that a work is made from; null for originals and sheets. */
export function parentOf(work: PlannedWork): string | null {
  return work.recipe.type === "variation" || work.recipe.type === "remix" ? work.recipe.of : null;
}

/** True when a generation node makes the work's file. */
export function isOrdered(work: PlannedWork): boolean {
  return work.recipe.type === "remix" || work.recipe.type === "generated";
}

/** Index of a work's offer that lets the buyer make derivatives; -1 when there is none. */
export function remixOffer(work: PlannedWork): number {
  return work.offers.findIndex((offer) => offer.terms === "remix");
}

/** The plan: always the same. */
export function makePlan(): Plan {
  const works = new Map(CATALOG.map((work) => [work.key, work]));
  const actions = [...CATALOG.flatMap(publication), ...sales(), ...collections()];
  const order = actions.map((action, index) => ({ action, index }));
  order.sort((a, b) => a.action.at - b.action.at || a.index - b.index);
  return { works, actions: order.map(({ action }) => action) };
}

/** The plan with only those works that are wanted and whose parents are; sales of the others fall away. */
export function partOf(plan: Plan, wanted: (work: PlannedWork) => boolean): Plan {
  const kept = (work: PlannedWork): boolean => {
    const parent = parentOf(work);
    return wanted(work) && (parent === null || kept(plan.works.get(parent) as PlannedWork));
  };
  const works = new Map([...plan.works].filter(([, work]) => kept(work)));
  const actions = plan.actions.filter((action) => {
    if (action.kind === "collect") return true;
    return works.has("job" in action ? action.job : action.work);
  });
  return { works, actions: withoutUnused(works, actions) };
}

/** Leaves out licenses to remix that were bought for a work which is not there. */
function withoutUnused(works: ReadonlyMap<string, PlannedWork>, actions: readonly Action[]): Action[] {
  return actions.filter((action) => {
    if (action.kind !== "buy") return true;
    const work = works.get(action.work) as PlannedWork;
    if (action.offer !== remixOffer(work)) return true;
    return [...works.values()].some((other) => other.creator === action.by && parentOf(other) === work.key);
  });
}

/** Everything that its creator does to bring one work to market. */
function publication(work: PlannedWork): Action[] {
  const at = Math.round(HISTORY_SECONDS - work.day * DAY);
  const by = work.creator;
  const actions: Action[] = [];
  const parent = parentOf(work);
  if (parent) {
    const source = CATALOG.find(({ key }) => key === parent) as PlannedWork;
    actions.push({ kind: "buy", at: at - 5 * HOUR, by, work: parent, offer: remixOffer(source) });
  }
  if (isOrdered(work)) {
    actions.push({ kind: "post", at: at - 3 * HOUR, by, job: work.key });
    // Right after, so that little of the history passes while the node works in real time.
    actions.push({ kind: "settle", at: at - 3 * HOUR + 240, by, job: work.key });
  }
  actions.push({ kind: "publish", at, by, work: work.key });
  for (let offer = 1; offer < work.offers.length; offer++) {
    actions.push({ kind: "offer", at: at + offer * 180, by, work: work.key, offer });
  }
  return actions;
}

/** Sales that grow denser towards the present; each follows a buyer's taste, the work's appeal and its age. */
function sales(): Action[] {
  const prng = new Prng("seed market, sales");
  const out: Action[] = [];
  const owned = new Set<string>();
  const moments = Array.from({ length: SALES }, () => 2 * DAY + (HISTORY_SECONDS - 2.2 * DAY) * prng.float() ** 0.62);
  for (const moment of moments.sort((a, b) => a - b)) {
    const taste = weighted(prng, TASTES, (each) => each.zeal);
    const open = CATALOG.filter((work) => {
      const age = moment - (HISTORY_SECONDS - work.day * DAY);
      return age > 2 * HOUR && !owned.has(`${taste.buyer} ${work.key}`);
    });
    if (open.length === 0) continue;
    const work = weighted(prng, open, (each) => {
      const age = (moment - (HISTORY_SECONDS - each.day * DAY)) / DAY;
      return likingOf(taste, each) * (0.22 + Math.exp(-age / 9));
    });
    const business = work.offers.findIndex((offer) => offer.terms === "commercial");
    const offer = business >= 0 && prng.float() < taste.business ? business : 0;
    owned.add(`${taste.buyer} ${work.key}`);
    out.push({ kind: "buy", at: Math.round(moment), by: taste.buyer, work: work.key, offer });
  }
  return [...out, ...courtesies()];
}

/** Creators who buy from each other, for use rather than for remixes. */
function courtesies(): Action[] {
  const buy = (day: number, by: DevRole, work: string, offer = 0): Action => ({
    kind: "buy",
    at: Math.round(HISTORY_SECONDS - day * DAY),
    by,
    work,
    offer,
  });
  return [
    buy(35.2, "creator-6", "waltz-lit-hall"),
    buy(28.9, "creator-5", "night-rain"),
    buy(23.0, "creator-3", "bamboo-rain"),
    buy(16.2, "creator-1", "house-colophon"),
    buy(8.8, "creator-2", "night-watch-dial"),
    buy(2.2, "creator-4", "weather-for-two"),
    buy(1.4, "creator-5", "night-ferry"),
  ];
}

/** Creators who fetch what they have earned; the others leave it in the ledger. */
function collections(): Action[] {
  const collect = (day: number, by: DevRole): Action => ({
    kind: "collect",
    at: Math.round(HISTORY_SECONDS - day * DAY),
    by,
  });
  return [
    collect(33.5, "creator-2"),
    collect(27.9, "creator-1"),
    collect(20.1, "creator-3"),
    collect(12.1, "creator-5"),
    collect(7.8, "creator-4"),
    collect(6.6, "creator-1"),
    collect(1.1, "creator-2"),
  ];
}

function weighted<T>(prng: Prng, list: readonly T[], weight: (item: T) => number): T {
  const total = list.reduce((sum, item) => sum + weight(item), 0);
  let left = prng.float() * total;
  for (const item of list) {
    left -= weight(item);
    if (left < 0) return item;
  }
  return list[list.length - 1] as T;
}
