import type { Address, Hex, PublicClient } from "viem";
import { jobMarketAbi } from "../common/abi/index.ts";
import { ColophonError } from "../common/errors.ts";

/** What an operator submitted for a job. */
export type Submission = {
  /** SHA-256 of the job's specification, the output file and the receipt document. */
  specDigest: Hex;
  outputHash: Hex;
  receiptDigest: Hex;
};

/**
 * A job's specification and submission, from its events, checked against the one digest that the chain keeps of them.
 * @param fromBlock first block that can hold the events
 * @throws ColophonError JOB_NOT_SUBMITTED; SUBMISSION_DIFFERS when events and digest do not agree
 */
export async function readSubmission(
  client: PublicClient,
  jobMarket: Address,
  jobId: bigint,
  fromBlock: bigint,
): Promise<Submission> {
  const contract = { address: jobMarket, abi: jobMarketAbi } as const;
  const query = { ...contract, args: { jobId }, fromBlock, strict: true } as const;
  const [[posted], submissions] = await Promise.all([
    client.getContractEvents({ ...query, eventName: "JobPosted" }),
    client.getContractEvents({ ...query, eventName: "JobSubmitted" }),
  ]);
  const submitted = submissions.at(-1);
  if (!posted || !submitted) {
    throw new ColophonError("JOB_NOT_SUBMITTED", `Job ${jobId} was not submitted.`, { data: { jobId: String(jobId) } });
  }
  const { specDigest } = posted.args;
  const { outputHash, receiptDigest } = submitted.args;
  const isResult = await client.readContract({
    ...contract,
    functionName: "isResult",
    args: [jobId, specDigest, outputHash, receiptDigest],
  });
  if (!isResult) {
    throw new ColophonError("SUBMISSION_DIFFERS", `The chain keeps another digest of job ${jobId}'s result.`, {
      data: { jobId: String(jobId) },
    });
  }
  return { specDigest, outputHash, receiptDigest };
}
