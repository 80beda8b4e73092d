/** Carries out single actions of the plan; each asks the chain first whether it was done before. */
import { type Address, zeroAddress } from "viem";
import { jobMarketAbi, licenseTokenAbi } from "../../common/abi/index.ts";
import type { Deployment } from "../../common/config.ts";
import type { DevRole } from "../../common/dev-wallets.ts";
import { cidOfDigest, type Hash } from "../../common/digest.ts";
import { canonicalBytes } from "../../common/canonical-json.ts";
import { sha256Hex } from "../../common/digest.ts";
import {
  type JobSpec,
  jobReceiptSchema,
  jobSpecSchema,
  type Provenance,
  provenanceSchema,
  workMetadataSchema,
} from "../../common/documents.ts";
import { ColophonError } from "../../common/errors.ts";
import { TERM_PRESETS, termsIdOf, ZERO_DIGEST } from "../../common/terms.ts";
import { WORK_KINDS } from "../../common/work-kind.ts";
import type { StoreClient } from "../../storage/client.ts";
import type { OfferPlan, PlannedWork } from "./catalog/work.ts";
import type { Model } from "./find-model.ts";
import type { HistoryWriter } from "./history-writer.ts";
import type { MarketLog } from "./market-log.ts";
import { isOrdered, parentOf, remixOffer } from "./plan.ts";
import type { PreparedWork } from "./prepared-work.ts";
import { readSubmission } from "../read-submission.ts";
import { JOB_CLASS, jobEscrow, NO_REFERRER } from "../../common/job-escrow.ts";

const MILLI = 10n ** 15n;
const WEEK = 7 * 86_400;
const SUBMITTED = 3;
const SETTLED = 5;

export type Market = {
  writer: HistoryWriter;
  log: MarketLog;
  store: StoreClient;
  deployment: Deployment;
  works: ReadonlyMap<string, PlannedWork>;
  /** Works whose files are ready. */
  prepared: ReadonlyMap<string, PreparedWork>;
  model: Model | null;
};

function address(market: Market, name: keyof Deployment["contracts"]): Address {
  return market.deployment.contracts[name] as Address;
}

function planned(market: Market, key: string): PlannedWork {
  const work = market.works.get(key);
  if (!work) throw new ColophonError("SEED_UNKNOWN_WORK", `There is no work "${key}" in the plan.`);
  return work;
}

function ready(market: Market, key: string): PreparedWork {
  const prepared = market.prepared.get(key);
  if (!prepared) throw new ColophonError("SEED_OUT_OF_ORDER", `"${key}" is needed before it is made.`);
  return prepared;
}

/** Id on chain of a planned work that was published. */
function idOf(market: Market, key: string): bigint {
  const id = market.log.works.get(ready(market, key).file.sha256 as Hash);
  if (id === undefined) throw new ColophonError("SEED_OUT_OF_ORDER", `"${key}" is needed before it is published.`);
  return id;
}

function priceOf(offer: OfferPlan): bigint {
  return BigInt(offer.milli) * MILLI;
}

function offerId(market: Market, key: string, index: number): bigint {
  const offer = planned(market, key).offers[index] as OfferPlan;
  const id = market.log.offerOf(idOf(market, key), termsIdOf(TERM_PRESETS[offer.terms]), priceOf(offer));
  if (id === undefined)
    throw new ColophonError("SEED_OUT_OF_ORDER", `An offer of "${key}" is needed before it is made.`);
  return id;
}

function offerParams(offer: OfferPlan) {
  return {
    currency: zeroAddress,
    price: priceOf(offer),
    supply: offer.supply ?? 0,
    expiresAt: 0,
    shareOverride: 0,
  } as const;
}

/** Registers a work with its first offer; a derivative uses up the licenses to its parents. */
export async function publish(market: Market, by: DevRole, at: number, key: string): Promise<void> {
  const work = planned(market, key);
  const prepared = ready(market, key);
  if (market.log.works.has(prepared.file.sha256 as Hash)) return;
  const provenance = isOrdered(work) ? await provenanceOf(market, work) : undefined;
  const metadata = workMetadataSchema.parse({
    schema: "colophon/work/1",
    title: work.title,
    description: work.description,
    lang: work.lang,
    kind: prepared.kind,
    tags: work.tags,
    file: prepared.file,
    cover: prepared.cover,
    preview: prepared.preview,
    iscc: prepared.iscc,
    provenance,
    aiGenerated: isOrdered(work),
  });
  const { digest } = await market.store.addDocument(metadata);
  const newWork = {
    contentHash: prepared.file.sha256 as Hash,
    fingerprint: prepared.iscc.body as Hash,
    metadataDigest: digest,
    provenanceHash: provenance ? sha256Hex(canonicalBytes(provenance)) : ZERO_DIGEST,
    fingerprintHeader: prepared.iscc.header,
    kind: WORK_KINDS[prepared.kind],
  };
  const offer = work.offers[0] as OfferPlan;
  const terms = TERM_PRESETS[offer.terms];
  const to = address(market, "LicenseToken");
  const what = `publish ${key}`;
  const licenses = parentLicenses(market, work);
  if (licenses.length === 0 && !isOrdered(work)) {
    const args = [newWork, terms, offerParams(offer)] as const;
    market.log.add(await market.writer.send(by, at, { to, what, abi: licenseTokenAbi, functionName: "publish", args }));
    return;
  }
  const model = isOrdered(work) ? needModel(market) : null;
  const args = [newWork, licenses, model ? [model.offerId] : [], terms, offerParams(offer)] as const;
  const value = model?.offerPrice ?? 0n;
  const call = { to, what, value, abi: licenseTokenAbi, functionName: "publishDerivative", args } as const;
  market.log.add(await market.writer.send(by, at, call));
}

/** The license to the picture that a work is made from, as a list; empty for originals. */
function parentLicenses(market: Market, work: PlannedWork): bigint[] {
  const parent = parentOf(work);
  if (!parent) return [];
  const offer = offerId(market, parent, remixOffer(planned(market, parent)));
  const license = market.log.licenseOf(offer, market.writer.account(work.creator).address);
  if (license === undefined)
    throw new ColophonError("SEED_OUT_OF_ORDER", `"${work.key}" has no license to "${parent}".`);
  return [license];
}

/** Makes one more offer for a work. */
export async function offer(market: Market, by: DevRole, at: number, key: string, index: number): Promise<void> {
  const plan = planned(market, key).offers[index] as OfferPlan;
  const terms = TERM_PRESETS[plan.terms];
  const workId = idOf(market, key);
  if (market.log.offerOf(workId, termsIdOf(terms), priceOf(plan)) !== undefined) return;
  const args = [workId, terms, offerParams(plan)] as const;
  const call = { to: address(market, "LicenseToken"), what: `offer ${key}`, abi: licenseTokenAbi } as const;
  market.log.add(await market.writer.send(by, at, { ...call, functionName: "setOffer", args }));
}

/** Buys a license for the buyer. */
export async function buy(market: Market, by: DevRole, at: number, key: string, index: number): Promise<void> {
  const id = offerId(market, key, index);
  const holder = market.writer.account(by).address;
  if (market.log.licenseOf(id, holder) !== undefined) return;
  const value = priceOf(planned(market, key).offers[index] as OfferPlan);
  const args = [id, holder, value] as const;
  const call = { to: address(market, "LicenseToken"), what: `buy ${key}`, value, abi: licenseTokenAbi } as const;
  market.log.add(await market.writer.send(by, at, { ...call, functionName: "buy", args }));
}

function needModel(market: Market): Model {
  if (!market.model) throw new ColophonError("SEED_NO_MODEL", "No generation node offers a model.");
  return market.model;
}

/** The job's specification; the same for every run of the seed. */
function specOf(market: Market, work: PlannedWork): JobSpec {
  const model = needModel(market);
  const { recipe } = work;
  if (recipe.type !== "remix" && recipe.type !== "generated") {
    throw new ColophonError("SEED_NOT_ORDERED", `"${work.key}" is not made by a node.`);
  }
  const common = {
    schema: "colophon/job/1" as const,
    model: { workId: String(model.workId), cid: model.cid, sha256: model.sha256 },
    seed: work.key,
  };
  const { tiles, tilePixels } = recipe;
  if (recipe.type === "generated") {
    return jobSpecSchema.parse({
      ...common,
      task: "generate-image",
      params: { tiles, tilePixels, palette: recipe.palette },
    });
  }
  const parent = ready(market, recipe.of).file;
  const [licenseId] = parentLicenses(market, work);
  return jobSpecSchema.parse({
    ...common,
    task: "remix-image",
    params: { tiles, tilePixels },
    input: {
      workId: String(idOf(market, recipe.of)),
      licenseId: String(licenseId),
      cid: parent.cid,
      sha256: parent.sha256,
    },
  });
}

async function jobIdOf(market: Market, work: PlannedWork): Promise<{ id: bigint | undefined; spec: Hash }> {
  const { digest } = await market.store.addDocument(specOf(market, work));
  return { id: market.log.jobOf(market.writer.account(work.creator).address, digest), spec: digest };
}

/** Posts the job whose output becomes a work. */
export async function post(market: Market, by: DevRole, at: number, key: string): Promise<void> {
  const { id, spec } = await jobIdOf(market, planned(market, key));
  if (id !== undefined) return;
  const model = needModel(market);
  const job = {
    modelWork: model.workId,
    operator: zeroAddress,
    currency: zeroAddress,
    price: model.price,
    specDigest: spec,
    // The node works in real time while days pass here, so each window is as wide as a week.
    acceptWithin: WEEK,
    submitWithin: WEEK,
    reviewWithin: WEEK,
    verification: JOB_CLASS.bitExact,
    ...NO_REFERRER,
  };
  const call = {
    to: address(market, "JobMarket"),
    what: `post ${key}`,
    value: jobEscrow(model.price, JOB_CLASS.bitExact),
    abi: jobMarketAbi,
  } as const;
  market.log.add(await market.writer.send(by, at, { ...call, functionName: "post", args: [job] }));
}

/** A job as the chain has it. */
export async function jobOf(market: Market, key: string) {
  const { id } = await jobIdOf(market, planned(market, key));
  if (id === undefined) throw new ColophonError("SEED_OUT_OF_ORDER", `The job of "${key}" was not posted.`);
  const job = await market.writer.client.readContract({
    address: address(market, "JobMarket"),
    abi: jobMarketAbi,
    functionName: "jobOf",
    args: [id],
  });
  return { id, ...job, submitted: job.status === SUBMITTED, settled: job.status === SETTLED };
}

function submissionOf(market: Market, jobId: bigint) {
  const firstBlock = BigInt(market.deployment.deployBlock);
  return readSubmission(market.writer.client, address(market, "JobMarket"), jobId, firstBlock);
}

/** Receipt of a job that was submitted, checked against what the operator put on chain. */
export async function receiptOf(market: Market, job: Awaited<ReturnType<typeof jobOf>>) {
  const { receiptDigest, outputHash } = await submissionOf(market, job.id);
  const receipt = await market.store.getDocument(cidOfDigest(receiptDigest), jobReceiptSchema);
  if (receipt.output.sha256 !== outputHash) {
    throw new ColophonError("SEED_BAD_RECEIPT", `The receipt of job ${job.id} names another output.`);
  }
  return receipt;
}

/** Pays for a submitted job. */
export async function settle(market: Market, by: DevRole, at: number, key: string): Promise<void> {
  const job = await jobOf(market, key);
  if (job.settled) return;
  const call = { to: address(market, "JobMarket"), what: `settle ${key}`, abi: jobMarketAbi } as const;
  market.log.add(await market.writer.send(by, at, { ...call, functionName: "settle", args: [job.id] }));
}

async function provenanceOf(market: Market, work: PlannedWork): Promise<Provenance> {
  const job = await jobOf(market, work.key);
  const { specDigest, receiptDigest } = await submissionOf(market, job.id);
  const provenance = provenanceSchema.parse({
    schema: "colophon/provenance/1",
    chainId: market.deployment.chainId,
    jobMarket: address(market, "JobMarket"),
    jobId: String(job.id),
    operator: job.operator,
    specCid: cidOfDigest(specDigest),
    receiptCid: cidOfDigest(receiptDigest),
  });
  await market.store.addDocument(provenance);
  return provenance;
}
