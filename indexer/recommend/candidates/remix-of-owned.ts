import type { MarketView } from "../market-view.ts";
import { type Candidate, reasonOf } from "../reason.ts";
import type { Viewer } from "../viewer.ts";

/** Remixes of works that the viewer licensed or made. */
export function remixOfOwned(view: MarketView, viewer: Viewer): Candidate[] {
  return viewer.anchors.flatMap((anchor) =>
    view.facts
      .remixesOf(anchor.work.id)
      .filter((edge) => view.isAvailable(edge.childId))
      .map((edge) => ({
        workId: edge.childId,
        score: anchor.weight,
        reason: () => reasonOf("remix-of-owned", { workId: anchor.work.id }, [edge.evidence, anchor.evidence]),
      })),
  );
}
