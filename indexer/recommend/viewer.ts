/** What a viewer has shown to like: works licensed, then works made. */
import { type Evidence, isDiscoverable, type WorkFact } from "../market-facts.ts";
import { DAY, licensesHeld, type MarketView } from "./market-view.ts";

/** A work that stands for the viewer's taste. */
export type Anchor = {
  work: WorkFact;
  /** 0 to 1: fades with a half-life of 30 days; one's own works count half. */
  weight: number;
  /** The license, or the registration of the viewer's own work. */
  evidence: Evidence;
};

export type Viewer = {
  address: string;
  /** Heaviest first, at most `ANCHORS`. */
  anchors: readonly Anchor[];
  /** Made, owned or licensed already: never suggested to them. */
  owns(workId: string): boolean;
};

const ANCHORS = 64;
const HALF_LIFE = 30 * DAY;

/** Collects a wallet's anchors at the view's time. */
export function viewerOf(view: MarketView, address: string): Viewer {
  const wallet = address.toLowerCase();
  const fade = (time: number) => 2 ** (-(view.now - time) / HALF_LIFE);
  const anchors = new Map<string, Anchor>();
  const owned = new Set<string>();
  for (const license of licensesHeld(view, wallet)) {
    const work = view.facts.work(license.workId) as WorkFact;
    if (!owned.has(work.id) && work.creator !== wallet && isDiscoverable(work)) {
      anchors.set(work.id, { work, weight: fade(license.issuedAt), evidence: license.evidence });
    }
    owned.add(work.id);
  }
  for (const work of [...view.facts.worksByCreator(wallet), ...view.facts.worksByOwner(wallet)]) {
    if (!owned.has(work.id) && work.creator === wallet && isDiscoverable(work) && work.registeredAt <= view.now) {
      anchors.set(work.id, { work, weight: fade(work.registeredAt) / 2, evidence: work.evidence });
    }
    owned.add(work.id);
  }
  const heaviest = [...anchors.values()].toSorted(
    (a, b) => b.weight - a.weight || Number(a.work.id) - Number(b.work.id),
  );
  return { address: wallet, anchors: heaviest.slice(0, ANCHORS), owns: (workId) => owned.has(workId) };
}
