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
  return check.stage !== "closed" && now > check.deadline ? "close" : null;
}
