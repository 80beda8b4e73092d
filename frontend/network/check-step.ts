import type { Job } from "../../common/api/schemas.ts";

export type CheckStep = "draw" | "tally" | "close";

/**
 * What anybody can do now to move a checked or disputed job on, or null while it must wait.
 * @param headBlock newest block of the chain
 * @param now Unix time, seconds
 */
export function checkStep(job: Pick<Job, "status" | "check">, headBlock: number, now: number): CheckStep | null {
  const { check } = job;
  if (!check || (job.status !== "checking" && job.status !== "disputed")) return null;
  if (check.stage === "requested") return headBlock > check.drawBlock ? "draw" : null;
  if (check.stage === "drawn") {
    const allRevealed = check.verifiers.length > 0 && check.revealed === check.verifiers.length;
    return allRevealed || now > check.deadline ? "tally" : null;
  }
  // A ruling waits for nothing but somebody to carry it out.
  if (check.stage === "ruled") return "close";
  return check.stage !== "closed" && now > check.deadline ? "close" : null;
}

/** A way to the arbitrator. */
export type Appeal = "refer" | "escalate";

/**
 * How the reader can bring a checked job before the arbitrator now, or null: anybody where the verifiers came to nothing, only who
 * lost where they decided.
 * @param reader account, lower case, or null
 * @param now Unix time, seconds
 */
export function appealStep(
  job: Pick<Job, "status" | "check" | "requester" | "operator">,
  reader: string | null,
  now: number,
): Appeal | null {
  const { check } = job;
  if (!check || (job.status !== "checking" && job.status !== "disputed") || now > check.deadline) return null;
  if (check.stage === "stuck") return "refer";
  if (check.stage !== "decided" || reader === null || check.right === null) return null;
  const loser = check.right ? job.requester : job.operator;
  return loser?.toLowerCase() === reader ? "escalate" : null;
}
