import { encodeFunctionData } from "viem";
import { jobMarketAbi } from "../../../common/abi/JobMarket.ts";
import { type JobSpec, jobSpecSchema } from "../../../common/documents.ts";
import { COIN, walletOf } from "../chain.ts";
import { firstEvent } from "../events.ts";
import { type Journey, ROLES } from "../journey.ts";
import type { ChosenModel } from "./choose-model.ts";
import { storeDocument } from "./store-document.ts";
import { coinToSend, JOB_CLASS, NO_REFERRER } from "../../../common/job-escrow.ts";

export type PostedJob = { id: string; spec: JobSpec; specCid: string; specDigest: string; priceWei: string };

const HOUR = 3_600;

/** Asks the network for a remix of the licensed file; the price is escrowed. */
export async function postJob(
  journey: Journey,
  { model, input }: { model: ChosenModel; input: NonNullable<JobSpec["input"]> },
): Promise<PostedJob> {
  const spec = jobSpecSchema.parse({
    schema: "colophon/job/1",
    task: "remix-image",
    model: { workId: model.workId, cid: model.cid, sha256: model.sha256 },
    seed: `journey ${journey.file.sha256.slice(2, 18)}`,
    params: { tiles: 16, tilePixels: 28 },
    input,
  });
  const { cid, digest } = await storeDocument(journey, ROLES.remixer, spec);
  const { chain, record } = journey;
  const price = BigInt(model.jobPriceWei);
  const balance = await chain.client.readContract({
    address: chain.contracts.JobMarket,
    abi: jobMarketAbi,
    functionName: "creditOf",
    args: [walletOf(ROLES.remixer).address, COIN],
  });
  const receipt = await chain.send(record, "post-job", ROLES.remixer, {
    to: chain.contracts.JobMarket,
    data: encodeFunctionData({
      abi: jobMarketAbi,
      functionName: "post",
      args: [
        {
          modelWork: BigInt(model.workId),
          operator: COIN,
          currency: COIN,
          price,
          specDigest: digest,
          acceptWithin: HOUR,
          submitWithin: HOUR,
          reviewWithin: 24 * HOUR,
          verification: JOB_CLASS.bitExact,
          ...NO_REFERRER,
        },
      ],
    }),
    value: coinToSend(price, JOB_CLASS.bitExact, balance),
  });
  const { args } = firstEvent(jobMarketAbi, "JobPosted", receipt.logs);
  return { id: args.jobId.toString(), spec, specCid: cid, specDigest: digest, priceWei: price.toString() };
}
