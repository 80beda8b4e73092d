/** The shelves of the discover page, with reasons. */
import type { Shelf as ApiShelf } from "../../common/api/schemas.ts";
import type { MarketFacts } from "../market-facts.ts";
import { compareIds } from "../trends/genuine-sales.ts";
import { boughtTogether, COMMON_BUYERS } from "./candidates/bought-together.ts";
import { creatorAffinity } from "./candidates/creator-affinity.ts";
import { fresh } from "./candidates/fresh.ts";
import { madeOnNetwork } from "./candidates/made-on-network.ts";
import { newCreators } from "./candidates/new-creators.ts";
import { openToRemix } from "./candidates/open-to-remix.ts";
import { remixOfOwned } from "./candidates/remix-of-owned.ts";
import { rising } from "./candidates/rising.ts";
import { sameTags } from "./candidates/same-tags.ts";
import { similarFingerprint } from "./candidates/similar-fingerprint.ts";
import { diversify } from "./diversify.ts";
import { fuse, reasonsOf, type Scored, type Source } from "./fusion.ts";
import { type MarketView, marketView } from "./market-view.ts";
import type { Candidate, Reason } from "./reason.ts";
import { type Viewer, viewerOf } from "./viewer.ts";

export type RecommendedWork = { workId: string; reasons: Reason[] };
export type Shelf = { id: ApiShelf["id"]; items: RecommendedWork[] };

export type BuildShelvesOptions = {
  /** Wallet that looks; without one there is no "for-you" shelf. */
  viewer?: string;
  /** Block time, seconds. */
  now: number;
  /** Most works per shelf (default 12). */
  limit?: number;
};

/** How much the shelf's own generator outweighs every other. */
const LEAD = 4;

/** Weights of what is true for everybody; chosen so that the shelf's own reason leads. */
const COMMON = { rising: 1, fresh: 0.6, network: 0.2 } as const;

/**
 * Builds the shelves that have something to show, in reading order. Works without an open offer, models and data sets
 * are left out; "for-you" also leaves out what the viewer licensed, owns or made. Every item has at least one reason
 * that its evidence implies. Deterministic in facts, viewer and time.
 */
export function buildShelves(facts: MarketFacts, { viewer: address, now, limit = 12 }: BuildShelvesOptions): Shelf[] {
  const view = marketView(facts, now);
  const viewer = address ? viewerOf(view, address) : null;
  const common = { rising: rising(view), fresh: fresh(view), network: madeOnNetwork(view) };
  const together = pairs(view, viewer);
  const place = (scored: Scored[]) => items(view, scored, limit);

  const shelves: Shelf[] = [];
  if (viewer) shelves.push({ id: "for-you", items: place(forYou(view, viewer, common, together)) });
  shelves.push(
    { id: "rising", items: place(led(common.rising, common)) },
    { id: "fresh", items: place(led(common.fresh, common)) },
    { id: "bought-together", items: place(led(together, common)) },
    { id: "remixable", items: place(led(openToRemix(view), common)) },
    { id: "network-made", items: place(led(common.network, common)) },
    { id: "new-creators", items: place(led(newCreators(view), common)) },
  );
  return shelves.filter((shelf) => shelf.items.length > 0);
}

type Common = Record<keyof typeof COMMON, Candidate[]>;

/** What a viewer's own history says, then a little of what is true for everybody; cold wallets get the latter only. */
function forYou(view: MarketView, viewer: Viewer, common: Common, together: Candidate[]): Scored[] {
  const sources: Source[] = [
    { weight: 4, candidates: creatorAffinity(view, viewer) },
    { weight: 3, candidates: together },
    { weight: 2, candidates: sameTags(view, viewer.anchors) },
    { weight: 2, candidates: similarFingerprint(view, viewer.anchors) },
    { weight: 1, candidates: remixOfOwned(view, viewer) },
    ...commonSources(common),
  ];
  return fuse(sources).filter(({ workId }) => !viewer.owns(workId));
}

/** Works of one generator only, in its order, moved and explained a little by what is true for everybody. */
function led(candidates: readonly Candidate[], common: Common): Scored[] {
  const proposed = new Set(candidates.map(({ workId }) => workId));
  const rest = commonSources(common)
    .filter((source) => source.candidates !== candidates)
    .map(({ weight, candidates: list }) => ({ weight, candidates: list.filter(({ workId }) => proposed.has(workId)) }));
  return fuse([{ weight: LEAD, candidates }, ...rest]);
}

function commonSources(common: Common): Source[] {
  return [
    { weight: COMMON.rising, candidates: common.rising },
    { weight: COMMON.fresh, candidates: common.fresh },
    { weight: COMMON.network, candidates: common.network },
  ];
}

/** Most works that stand for the whole market when nobody looks. */
const MARKET_ANCHORS = 64;

/** For a viewer with history: works bought with theirs. Else the strongest pairs around the works with most buyers. */
function pairs(view: MarketView, viewer: Viewer | null): Candidate[] {
  if (viewer && viewer.anchors.length > 0) {
    const found = boughtTogether(view, { anchors: viewer.anchors, except: viewer.address });
    return found.filter(({ workId }) => !viewer.owns(workId));
  }
  const anchors = view.available
    .filter((work) => view.buyersOf(work.id).size >= COMMON_BUYERS)
    .toSorted((a, b) => view.buyersOf(b.id).size - view.buyersOf(a.id).size || compareIds(a.id, b.id))
    .slice(0, MARKET_ANCHORS)
    .map((work) => ({ work, weight: 1 }));
  return boughtTogether(view, { anchors });
}

function items(view: MarketView, scored: Scored[], limit: number): RecommendedWork[] {
  const placed = diversify(scored, { limit, workOf: (id) => view.facts.work(id) });
  return placed.map((row) => ({ workId: row.workId, reasons: reasonsOf(row) }));
}
