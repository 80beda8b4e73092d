/** Whether this node takes a posted job: everything that could make it fail later is looked at before it is accepted. */
import { zeroAddress } from "viem";
import { cidOfDigest, sha256Hex } from "../../common/digest.ts";
import { type JobSpec, jobSpecSchema } from "../../common/documents.ts";
import { ColophonError } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import { TERM_FLAGS } from "../../common/terms.ts";
import type { StoreClient } from "../../storage/client.ts";
import { checkJobSpec } from "../engine/job-limits.ts";
import type { ChainJob, MarketChain } from "../ops/market-chain.ts";
import type { PublishedModel } from "../ops/publish-model.ts";

/** A job's specification with the files it names, each checked against its hash. */
export type LoadedJob = { spec: JobSpec; model: PublishedModel; input?: Uint8Array };

export type DecideParameters = {
  chain: MarketChain;
  store: StoreClient;
  operator: `0x${string}`;
  models: readonly PublishedModel[];
  priceWei: bigint;
};

/** Shortest time from acceptance to submission that a job of this engine safely meets, seconds. */
export const SHORTEST_SUBMIT = 20;

const refuse = (code: string, message: string, data: Record<string, unknown> = {}): ColophonError =>
  new ColophonError(code, message, { data });

/** What the job's own terms say, before anything is fetched. @throws ColophonError with the reason */
export function checkTerms(job: ChainJob, { operator, models, priceWei }: DecideParameters): void {
  if (!models.some(({ workId }) => workId === job.modelWork)) {
    throw refuse("OTHER_MODEL", "The job asks for a model that this node does not run.");
  }
  if (job.operator !== zeroAddress && job.operator.toLowerCase() !== operator.toLowerCase()) {
    throw refuse("OTHER_OPERATOR", "The job names another operator.");
  }
  if (job.currency !== zeroAddress) throw refuse("OTHER_CURRENCY", "This node takes the chain's coin only.");
  if (job.price < priceWei) {
    throw refuse("PRICE_TOO_LOW", "The job pays less than this node's price.", { price: job.price, priceWei });
  }
  if (job.submitWithin < SHORTEST_SUBMIT) throw refuse("TOO_SHORT", "The job leaves too little time to submit.");
}

/**
 * Fetches and checks what a job names.
 * @throws ColophonError BAD_SPEC, NOT_LICENSED and the like for a job that can never be done; codes of the store for
 * what may only be missing now (`isPassing`)
 */
export async function loadJob(job: ChainJob, parameters: DecideParameters): Promise<LoadedJob> {
  const spec = await readSpec(job, parameters.store);
  checkJobSpec(spec);
  const model = parameters.models.find(({ workId }) => workId === job.modelWork);
  if (!model || spec.model.workId !== job.modelWork.toString() || spec.model.sha256 !== model.sha256) {
    throw refuse("BAD_SPEC", "The specification names other weights than the job.", { model: spec.model });
  }
  if (!spec.input) return { spec, model };
  await checkLicense(job, spec.input, parameters.chain);
  const input = await parameters.store.get(spec.input.cid, { maxBytes: LIMITS.uploadBytes });
  if (sha256Hex(input) !== spec.input.sha256) throw refuse("BAD_SPEC", "The input's CID and hash do not agree.");
  return { spec, model, input };
}

async function readSpec(job: ChainJob, store: StoreClient): Promise<JobSpec> {
  try {
    return await store.getDocument(cidOfDigest(job.specDigest), jobSpecSchema);
  } catch (error) {
    if (error instanceof ColophonError && error.code === "BAD_DOCUMENT") {
      throw new ColophonError("BAD_SPEC", "The specification is not one of schema colophon/job/1.", { cause: error });
    }
    throw error;
  }
}

/** The requester must hold a valid license to derive from the very file that is remixed. */
async function checkLicense(job: ChainJob, input: NonNullable<JobSpec["input"]>, chain: MarketChain): Promise<void> {
  if (!/^\d{1,30}$/.test(input.licenseId) || !/^\d{1,15}$/.test(input.workId)) {
    throw refuse("BAD_SPEC", "The input's work and license are numbers.");
  }
  const licenseId = BigInt(input.licenseId);
  const total = await chain.client.readContract({ ...chain.licenseToken, functionName: "totalLicenses" });
  if (licenseId < 1n || licenseId > total) throw refuse("NOT_LICENSED", "There is no such license.", { licenseId });
  const [holder, license, active] = await Promise.all([
    chain.client.readContract({ ...chain.licenseToken, functionName: "ownerOf", args: [licenseId] }),
    chain.client.readContract({ ...chain.licenseToken, functionName: "licenseOf", args: [licenseId] }),
    chain.client.readContract({ ...chain.licenseToken, functionName: "isActive", args: [licenseId] }),
  ]);
  const fits =
    holder.toLowerCase() === job.requester.toLowerCase() &&
    license.workId === BigInt(input.workId) &&
    active &&
    !license.used &&
    (license.flags & TERM_FLAGS.derivatives) !== 0;
  if (!fits) throw refuse("NOT_LICENSED", "The requester holds no license to remix this work.", { licenseId });
  const work = await chain.client.readContract({
    ...chain.workRegistry,
    functionName: "workOf",
    args: [license.workId],
  });
  if (work.contentHash !== input.sha256) throw refuse("BAD_SPEC", "The input is not the licensed work's file.");
}

/**
 * True for a reason that may be gone at the next look: the job is then neither taken nor written off. Content may yet be brought,
 * a store may get well (5xx) or have too much to do (429); what a job itself says stays as it is.
 */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof ColophonError)) return true;
  return error.code === "CONTENT_NOT_FOUND" || error.status === 429 || error.status >= 500;
}
