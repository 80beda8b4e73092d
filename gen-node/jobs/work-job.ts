/** One accepted job, from its files to its submission; can be taken up again at any point after a crash. */
import type { JobReceipt, StoredFile } from "../../common/documents.ts";
import { sha256Hex } from "../../common/digest.ts";
import { ColophonError } from "../../common/errors.ts";
import type { StoreClient } from "../../storage/client.ts";
import type { JobRunner } from "../engine/index.ts";
import type { ChainJob, MarketChain } from "../ops/market-chain.ts";
import type { SignOutput } from "../ops/sign-output.ts";
import type { Outbox } from "../wallet/outbox.ts";
import type { LoadedJob } from "./decide.ts";
import type { JobBook, JobOutput } from "./job-book.ts";

export type WorkJobParameters = {
  job: ChainJob;
  book: JobBook;
  chain: MarketChain;
  store: StoreClient;
  outbox: Outbox;
  operator: `0x${string}`;
  runner: JobRunner;
  /** Makes a signed copy of the output, which is stored beside it. */
  sign?: SignOutput;
  load: () => Promise<LoadedJob>;
  signal: AbortSignal;
};

/**
 * Generations of one job that may be begun. The child's watchdogs catch what a job can do; this ends the rest, and leaves
 * room for a node that is killed for other reasons.
 */
const MAX_ATTEMPTS = 10;

/** Brings an accepted job to its submission. @throws ColophonError why it cannot be done */
export async function workJob(parameters: WorkJobParameters): Promise<void> {
  const { job, book, chain, outbox } = parameters;
  const output = book.entry(job.id, job.specDigest)?.output ?? (await makeOutput(parameters));
  await book.enter(job.id, job.specDigest, "submitting");
  await outbox.send(
    `submit/${job.id}/${job.specDigest}`,
    chain.submit(job.id, output.outputHash, output.receiptDigest),
  );
  await book.enter(job.id, job.specDigest, "submitted");
}

async function makeOutput({
  job,
  book,
  chain,
  store,
  operator,
  runner,
  sign,
  load,
  signal,
}: WorkJobParameters): Promise<JobOutput> {
  await book.enter(job.id, job.specDigest, "fetching");
  const { spec, model, input } = await load();
  if ((await book.attempt(job.id, job.specDigest)) > MAX_ATTEMPTS) {
    throw new ColophonError("POISON_JOB", "The job ended this node's process several times and is given up.");
  }
  await book.enter(job.id, job.specDigest, "generating");
  const files = { model: model.bytes, ...(input ? { input } : {}) };
  const result = await runner.run(spec, files, (fraction) => book.generating(job.id, fraction), signal);
  await book.generated(job.id, job.specDigest);

  await book.enter(job.id, job.specDigest, "publishing");
  const { cid } = await store.add(result.png);
  const outputHash = sha256Hex(result.png);
  const copy = sign?.(result.png, spec);
  const signed = copy && (await storeCopy(store, copy));
  const receipt: JobReceipt = {
    schema: "colophon/receipt/1",
    chainId: chain.deployment.chainId,
    jobMarket: chain.addresses.JobMarket,
    jobId: job.id.toString(),
    operator,
    specDigest: job.specDigest,
    engine: result.engine,
    output: {
      cid,
      sha256: outputHash,
      mediaType: "image/png",
      bytes: result.png.length,
      width: result.width,
      height: result.height,
    },
    ...(signed ? { signed } : {}),
  };
  const { digest } = await store.addDocument(receipt);
  const output: JobOutput = { outputHash, receiptDigest: digest, outputCid: cid };
  await book.enter(job.id, job.specDigest, "publishing", { output });
  return output;
}

/** Stores the signed copy, before the receipt names it. */
async function storeCopy(store: StoreClient, png: Uint8Array): Promise<StoredFile> {
  const { cid, sha256, bytes } = await store.add(png);
  return { cid, sha256, mediaType: "image/png", bytes };
}
