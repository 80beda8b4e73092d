/** The main job, from a file to royalties and recommendations, through the HTTP API and RPC. */
import { type Reason, workDetailSchema } from "../../common/api/schemas.ts";
import { ColophonError } from "../../common/errors.ts";
import { StoreClient } from "../../storage/client.ts";
import { ApiClient } from "./api-client.ts";
import { JourneyChain } from "./chain.ts";
import { type Royalties, settleAccounts } from "./conservation.ts";
import { type Journey, PRICES, ROLES } from "./journey.ts";
import { patientFetch } from "./patient-fetch.ts";
import type { JourneyFile } from "./read-file.ts";
import { JourneyRecord } from "./record.ts";
import { awaitOutput } from "./steps/await-output.ts";
import { buyLicense } from "./steps/buy-license.ts";
import { chooseModel } from "./steps/choose-model.ts";
import { collectRoyalties } from "./steps/collect-royalties.ts";
import { type Discovered, discover } from "./steps/discover.ts";
import { postJob } from "./steps/post-job.ts";
import { publishDerivative } from "./steps/publish-derivative.ts";
import { publishWork } from "./steps/publish-work.ts";
import { reExecute } from "./steps/re-execute.ts";
import { readLedger } from "./steps/read-ledger.ts";
import { settleJob } from "./steps/settle-job.ts";
import { upload } from "./steps/upload.ts";
import { until } from "./until.ts";

export type RunJourneyOptions = {
  file: JourneyFile;
  /** URL of the market. */
  url: string;
  /** Where records of journeys are kept. */
  recordsDir: string;
  onStep?: (name: string, ms: number) => void;
};

/** The journey's JSON. */
export type JourneyReport = {
  work: { id: string; tx: string; cid: string; sha256: string; iscc: string };
  lookalikes: { workId: string; verdict: string; distance: number; bits: number }[];
  license: { id: string; priceWei: string; buyer: string };
  job: { id: string; operator: string; outputCid: string; outputSha256: string; reexecuted: boolean };
  derivative: { id: string; parents: string[] };
  royalties: Royalties;
  recommendations: { workId: string; shelf: string; reasons: Reason[] }[];
  trends: Discovered["trends"];
  /** Duration of each step, ms. */
  ms: Record<string, number>;
};

/**
 * Runs the journey, or goes on with one that was cut off. Throws `ALREADY_REGISTERED` (with `data.id`) when the file
 * is a work already and this journey did not make it or has ended, and every step's own refusals.
 */
export async function runJourney({ file, url, recordsDir, onStep }: RunJourneyOptions): Promise<JourneyReport> {
  const journey = await openJourney({ file, url, recordsDir, ...(onStep ? { onStep } : {}) });
  const { record } = journey;
  await refuseRegistered(journey);

  await record.step("login", async () => {
    await journey.api.signIn(ROLES.creator);
    await journey.api.signIn(ROLES.remixer);
    return true;
  });
  const uploaded = await record.step("upload", () => upload(journey, ROLES.creator, file));
  const work = await record.step("register", () => publishWork(journey, uploaded));
  await record.step("index", () => awaitIndexed(journey, work.id));
  const license = await record.step("license", () =>
    buyLicense(journey, { name: "buy", as: ROLES.remixer, offerId: work.offerId, price: PRICES.work }),
  );
  const model = await record.step("choose-model", () => chooseModel(journey));
  const input = { workId: work.id, licenseId: license.id, cid: uploaded.file.cid, sha256: uploaded.file.sha256 };
  const job = await record.step("post-job", () => postJob(journey, { model, input }));
  const delivered = await record.step("generate", () => awaitOutput(journey, job));
  const reexecuted = await record.step("re-execute", () => reExecute(journey, job, delivered));
  const settled = await record.step("settle", () => settleJob(journey, job.id));
  const derivative = await record.step("derive", () =>
    publishDerivative(journey, { licenseId: license.id, model, job, delivered }),
  );
  const sale = await record.step("sell-derivative", () =>
    buyLicense(journey, {
      name: "buy-derivative",
      as: ROLES.collector,
      offerId: derivative.offerId,
      price: PRICES.derivative,
    }),
  );
  const works = {
    workId: work.id,
    derivativeId: derivative.id,
    modelId: model.workId,
    edges: derivative.parents.length,
  };
  const collected = await record.step("royalties", () => collectRoyalties(journey, works));
  const royalties = settleAccounts({
    paid: {
      work: BigInt(license.priceWei),
      derivative: BigInt(sale.priceWei),
      modelLicense: BigInt(derivative.modelLicenseWei),
      job: BigInt(job.priceWei),
    },
    got: {
      creator: BigInt(collected.creatorWei),
      remixer: BigInt(collected.remixerWei),
      model: BigInt(settled.modelWei) + BigInt(derivative.modelLicenseWei) + BigInt(collected.modelWei),
      operator: BigInt(settled.operatorWei),
    },
    rose: { creator: BigInt(collected.creatorRoseWei), remixer: BigInt(collected.remixerRoseWei) },
    edges: derivative.parents.length,
    ledger: await readLedger(journey),
  });
  if (!royalties.conserved) {
    throw new ColophonError("NOT_CONSERVED", "The money paid is not the money received.", { data: { royalties } });
  }
  const { recommendations, trends } = await record.step("discover", async () => {
    await awaitBlock(journey, await journey.chain.client.getBlockNumber());
    return await discover(journey);
  });
  await record.finish();
  return {
    work: { id: work.id, tx: work.tx, cid: uploaded.file.cid, sha256: uploaded.file.sha256, iscc: uploaded.iscc.code },
    lookalikes: uploaded.lookalikes.map(({ work: { id }, verdict, distance, bits }) => ({
      workId: id,
      verdict,
      distance,
      bits,
    })),
    license: { id: license.id, priceWei: license.priceWei, buyer: license.buyer },
    job: {
      id: job.id,
      operator: delivered.operator,
      outputCid: delivered.outputCid,
      outputSha256: delivered.outputSha256,
      reexecuted,
    },
    derivative: { id: derivative.id, parents: derivative.parents },
    royalties,
    recommendations,
    trends,
    ms: { ...record.ms },
  };
}

async function openJourney({ file, url, recordsDir, onStep }: RunJourneyOptions): Promise<Journey> {
  const { api, config } = await ApiClient.connect(url);
  if (!config.local)
    throw new ColophonError("NOT_LOCAL", "The journey uses the built-in wallets, which only a local chain has.");
  const { genesisHash, contracts } = config.deployment;
  const record = await JourneyRecord.open({
    folder: recordsDir,
    sha256: file.sha256,
    market: `${genesisHash} ${contracts.WorkRegistry}`,
    ...(onStep ? { onStep } : {}),
  });
  const chain = new JourneyChain(config);
  const store = new StoreClient({ url: config.gatewayUrl, fetch: patientFetch(), timeoutMs: 90_000 });
  return { file, api, chain, store, record };
}

/** Refuses a file that is a work already, unless this very journey sent its registration and has not ended. */
async function refuseRegistered({ api, file, record }: Journey): Promise<void> {
  if (!record.finished && record.has("publish")) return;
  const known = await api.find(`/v1/works/by-hash/${file.sha256}`, workDetailSchema);
  if (known) {
    throw new ColophonError("ALREADY_REGISTERED", `The file is registered already, as work ${known.id}.`, {
      status: 409,
      data: { id: known.id },
    });
  }
}

/** Waits until the work is on the API. */
async function awaitIndexed({ api }: Journey, id: string): Promise<boolean> {
  await until(`work ${id} to be indexed`, () => api.find(`/v1/works/${id}`, workDetailSchema), {
    within: 60_000,
    every: 20,
  });
  return true;
}

async function awaitBlock({ api }: Journey, block: bigint): Promise<void> {
  const reached = async () => (BigInt(await api.indexedBlock()) >= block ? true : null);
  await until(`block ${block} to be indexed`, reached, { within: 60_000, every: 20 });
}
