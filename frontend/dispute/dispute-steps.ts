import type { Dispute } from "../../common/api/schemas.ts";
import { type DisputeEffect, OWN_ANSWER_SECONDS, RESULT_OWN_ANSWER_SECONDS } from "../../common/disputes.ts";

/** What can be done about a dispute now. */
export type DisputeSteps = {
  /** The reader may match the bond. */
  answer: boolean;
  /** Anybody may ask the arbitrator, end a step whose time is over, or end a hold that nothing needs any more. */
  ask: boolean;
  poke: boolean;
  release: boolean;
  /** What anybody may carry out. */
  execute: readonly DisputeEffect[];
  /** Anybody may bring evidence. */
  evidence: boolean;
};

type Told = Pick<
  Dispute,
  "status" | "claim" | "claimant" | "respondent" | "deadline" | "openedAt" | "left" | "holds" | "workId"
>;

/**
 * The steps that the dispute module allows.
 * @param reader account of who looks, lower case, or null
 * @param owner of the work complained of, lower case
 * @param now block time, seconds
 */
export function disputeSteps(dispute: Told, reader: string | null, owner: string | null, now: number): DisputeSteps {
  const { status } = dispute;
  const late = status !== "ended" && now > dispute.deadline;
  return {
    answer: status === "opened" && !late && reader !== null && mayAnswer(dispute, reader, owner, now),
    ask: status === "answered" && !late,
    poke: late,
    release: dispute.holds && (status === "ended" || (status === "ruled" && !dispute.left.includes("lien"))),
    execute: status === "ruled" ? dispute.left : [],
    evidence: status !== "ruled" && status !== "ended",
  };
}

/** First who is complained of and who owns the work by now; later anybody for them, since the owner may be a contract. */
function mayAnswer(dispute: Told, reader: string, owner: string | null, now: number): boolean {
  if (reader === dispute.respondent.toLowerCase()) return true;
  if (dispute.workId !== null && reader === owner) return true;
  const own = dispute.claim === "result-fraud" ? RESULT_OWN_ANSWER_SECONDS : OWN_ANSWER_SECONDS;
  return reader !== dispute.claimant.toLowerCase() && now > dispute.openedAt + own;
}
