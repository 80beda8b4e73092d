import { jobMarketAbi } from "../../../common/abi/JobMarket.ts";
import { jobSchema } from "../../../common/api/schemas.ts";
import { cidOfDigest, type Hash, sha256Hex } from "../../../common/digest.ts";
import type { JobReceipt } from "../../../common/documents.ts";
import { ColophonError } from "../../../common/errors.ts";
import { LIMITS } from "../../../common/limits.ts";
import type { Journey } from "../journey.ts";
import { until } from "../until.ts";
import type { PostedJob } from "./post-job.ts";
import { readSubmission } from "../../read-submission.ts";

export type DeliveredJob = {
  operator: string;
  outputCid: string;
  outputSha256: Hash;
  receiptCid: string;
  receipt: JobReceipt;
};

/** Waits until a node has submitted, and takes the result only if the chain, the receipt and the bytes agree. */
export async function awaitOutput(journey: Journey, job: PostedJob): Promise<DeliveredJob> {
  const { api, chain } = journey;
  const row = await until(
    `job ${job.id} to be submitted`,
    async () => {
      const found = await api.find(`/v1/jobs/${job.id}`, jobSchema);
      if (found && ["refunded", "split", "disputed"].includes(found.status)) {
        throw new ColophonError("JOB_FAILED", `The job ended as ${found.status}.`, { data: { jobId: job.id } });
      }
      return found?.receipt && found.receiptDigest && found.outputHash ? found : null;
    },
    { within: 300_000, every: 100 },
  );
  const onChain = await chain.client.readContract({
    address: chain.contracts.JobMarket,
    abi: jobMarketAbi,
    functionName: "jobOf",
    args: [BigInt(job.id)],
  });
  const { JobMarket } = chain.contracts;
  const submission = await readSubmission(chain.client, JobMarket, BigInt(job.id), chain.deployBlock);
  const receipt = row.receipt as JobReceipt;
  const bytes = await readOutput(journey, receipt.output.cid);
  const agree =
    submission.specDigest === job.specDigest &&
    submission.outputHash === receipt.output.sha256 &&
    submission.outputHash === sha256Hex(bytes) &&
    submission.receiptDigest === row.receiptDigest &&
    receipt.jobId === job.id &&
    receipt.specDigest === job.specDigest;
  if (!agree) {
    throw new ColophonError("OUTPUT_DIFFERS", "Chain, receipt and stored bytes of the output do not agree.", {
      data: { jobId: job.id },
    });
  }
  return {
    operator: onChain.operator,
    outputCid: receipt.output.cid,
    outputSha256: submission.outputHash,
    receiptCid: cidOfDigest(submission.receiptDigest),
    receipt,
  };
}

/** The output's bytes, every block checked against its CID. */
export async function readOutput({ store }: Journey, cid: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await store.get(cid, { maxBytes: LIMITS.uploadBytes }));
}
