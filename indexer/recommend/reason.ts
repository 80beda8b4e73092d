/** Why a work is suggested: codes, what their parameters say, and the log entries that imply it. */
import type { Reason as ApiReason } from "../../common/api/schemas.ts";
import type { Evidence } from "../market-facts.ts";

/**
 * Parameters of each code, and what the evidence shows:
 * - `creator-affinity` {creator, licenses}: the viewer holds that many licenses to works of the creator. The licenses.
 * - `bought-together` {workId, buyers}: that many wallets licensed both works. Their licenses to both.
 * - `similar-fingerprint` {workId, distance, bits}: the content units of both works differ in so many bits.
 *   Both registrations, and the viewer's license to `workId` where it is not the viewer's own.
 * - `same-tags` {workId, tags}: both works carry the tags (comma separated). Both metadata entries, and as above.
 * - `rising` {buyers, days}: that many wallets licensed the work in the last days. Their licenses.
 * - `fresh` {days}: registered that many whole days ago. The registration.
 * - `remix-of-owned` {workId}: the work is a remix of one the viewer licensed or made. Edge, and license or registration.
 * - `made-on-network` {jobId, operator, modelWorkId}: a node delivered these very bytes. Submission and registration.
 * - `open-to-remix` {share, price, currency}: an open offer allows derivatives. The offer.
 * - `new-creator` {creator, days, buyers}: first work so many days ago, so many buyers. First registration, licenses.
 */
export type ReasonCode = ApiReason["code"];

export type Reason = {
  code: ReasonCode;
  params: Record<string, string | number>;
  evidence: Evidence[];
};

/** At most this many licenses are cited for one reason (the latest ones); `params` count all of them. */
export const CITED_LICENSES = 24;

/** What a generator proposes: score (at least 0, any unit: fusion scales it) and why. The reason is made only if shown. */
export type Candidate = { workId: string; score: number; reason: () => Reason };

/** Builds a reason; the same log entry is cited once. */
export function reasonOf(code: ReasonCode, params: Reason["params"], evidence: readonly Evidence[]): Reason {
  const unique = new Map(evidence.map((entry) => [`${entry.tx}:${entry.logIndex}`, entry]));
  return { code, params, evidence: [...unique.values()] };
}
