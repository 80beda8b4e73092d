import type { Address, Hex, PublicClient } from "viem";
import { jobMarketAbi } from "../common/abi/index.ts";
import { ColophonError } from "../common/errors.ts";

/**
 * SHA-256 of the receipt of a submitted job. The chain keeps it in the job's `JobSubmitted` event only.
 * @param fromBlock first block that can hold the event
 * @throws ColophonError JOB_NOT_SUBMITTED
 */
export async function readReceiptDigest(
  client: PublicClient,
  jobMarket: Address,
  jobId: bigint,
  fromBlock: bigint,
): Promise<Hex> {
  const logs = await client.getContractEvents({
    address: jobMarket,
    abi: jobMarketAbi,
    eventName: "JobSubmitted",
    args: { jobId },
    fromBlock,
    strict: true,
  });
  const submitted = logs.at(-1);
  if (!submitted) throw new ColophonError("JOB_NOT_SUBMITTED", `Job ${jobId} was not submitted.`, { data: { jobId } });
  return submitted.args.receiptDigest;
}
