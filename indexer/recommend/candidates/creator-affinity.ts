import type { LicenseFact } from "../../market-facts.ts";
import { DAY, licensesHeld, type MarketView } from "../market-view.ts";
import { type Candidate, CITED_LICENSES, reasonOf } from "../reason.ts";
import type { Viewer } from "../viewer.ts";

const HALF_LIFE = 30 * DAY;

/**
 * Works of creators whose works the viewer licensed. Score: decayed number of different works licensed from the
 * creator (half-life 30 days), so that many licenses to one work count once.
 */
export function creatorAffinity(view: MarketView, viewer: Viewer): Candidate[] {
  const byCreator = new Map<string, LicenseFact[]>();
  for (const license of licensesHeld(view, viewer.address)) {
    const creator = view.facts.work(license.workId)?.creator;
    if (!creator || creator === viewer.address) continue;
    const list = byCreator.get(creator) ?? [];
    byCreator.set(creator, list);
    list.push(license);
  }
  const candidates: Candidate[] = [];
  for (const [creator, licenses] of byCreator) {
    const latest = new Map<string, number>();
    for (const { workId, issuedAt } of licenses) if (!latest.has(workId)) latest.set(workId, issuedAt);
    let score = 0;
    for (const time of latest.values()) score += 2 ** (-(view.now - time) / HALF_LIFE);
    for (const work of view.facts.worksByCreator(creator)) {
      if (!view.isAvailable(work.id)) continue;
      candidates.push({
        workId: work.id,
        score,
        reason: () =>
          reasonOf("creator-affinity", { creator, licenses: licenses.length }, [
            ...licenses.slice(0, CITED_LICENSES).map((license) => license.evidence),
            work.evidence,
          ]),
      });
    }
  }
  return candidates;
}
