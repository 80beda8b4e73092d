import type { JobFact } from "../../market-facts.ts";
import { compareIds } from "../../trends/genuine-sales.ts";
import { DAY, type MarketView } from "../market-view.ts";
import { type Candidate, reasonOf } from "../reason.ts";

const HALF_LIFE = 14 * DAY;

/** Works whose very bytes a node of the network delivered for a job; newer first, bought ones a little higher. */
export function madeOnNetwork(view: MarketView): Candidate[] {
  const candidates: Candidate[] = [];
  for (const work of view.available) {
    const job = deliveredJob(view, work.contentHash);
    const submitted = job?.submitted;
    const operator = job?.operator;
    if (!job || !submitted || !operator) continue;
    const age = view.now - work.registeredAt;
    candidates.push({
      workId: work.id,
      score: 2 ** (-age / HALF_LIFE) + Math.log2(1 + view.buyersOf(work.id).size) / 4,
      reason: () =>
        reasonOf("made-on-network", { jobId: job.id, operator, modelWorkId: job.modelWorkId }, [
          submitted,
          job.evidence,
          work.evidence,
        ]),
    });
  }
  return candidates;
}

/** The first job that delivered these bytes and was not refused. */
function deliveredJob(view: MarketView, outputHash: JobFact["outputHash"]): JobFact | undefined {
  if (!outputHash) return undefined;
  return view.facts
    .jobsByOutput(outputHash)
    .filter((job) => job.status === "submitted" || job.status === "settled")
    .toSorted((a, b) => compareIds(a.id, b.id))[0];
}
