import { encodeFunctionData } from "viem";
import { jobMarketAbi } from "../../../common/abi/JobMarket.ts";
import { firstEvent } from "../events.ts";
import { type Journey, ROLES } from "../journey.ts";

export type SettledJob = { operatorWei: string; modelWei: string };

/** Accepts the result: operator and model are paid. */
export async function settleJob({ chain, record }: Journey, jobId: string): Promise<SettledJob> {
  const receipt = await chain.send(record, "settle-job", ROLES.remixer, {
    to: chain.contracts.JobMarket,
    data: encodeFunctionData({ abi: jobMarketAbi, functionName: "settle", args: [BigInt(jobId)] }),
  });
  const { args } = firstEvent(jobMarketAbi, "JobSettled", receipt.logs);
  return { operatorWei: args.operatorAmount.toString(), modelWei: args.modelAmount.toString() };
}
