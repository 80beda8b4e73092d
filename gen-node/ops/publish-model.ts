/** Puts the node's weights on the market as a work, so that each job pays them their share. */
import { encodeFunctionData } from "viem";
import { jobMarketAbi, licenseTokenAbi } from "../../common/abi/index.ts";
import { type WorkMetadata, workMetadataSchema } from "../../common/documents.ts";
import { TERM_PRESETS, ZERO_DIGEST, openOffer } from "../../common/terms.ts";
import { WORK_KINDS } from "../../common/work-kind.ts";
import { fingerprint } from "../../fingerprint/node.ts";
import type { StoreClient } from "../../storage/client.ts";
import type { JobRunner } from "../engine/index.ts";
import type { Outbox } from "../wallet/outbox.ts";
import type { MarketChain } from "./market-chain.ts";
import type { ShippedModel } from "./shipped-models.ts";

/** Model's part of each job's price, ppm. */
export const MODEL_SHARE = 100_000;

/** Where a model stands on the market, and where its bytes are. */
export type PublishedModel = ShippedModel & { workId: bigint; cid: string };

export type PublishModelParameters = {
  chain: MarketChain;
  store: StoreClient;
  outbox: Outbox;
  owner: `0x${string}`;
  model: ShippedModel;
  runner: JobRunner;
};

/**
 * Stores the weights and registers them as a work with a free training and derivative license, unless somebody already
 * did. Safe to repeat after a crash at any point.
 */
export async function publishModel(parameters: PublishModelParameters): Promise<PublishedModel> {
  const { chain, store, outbox, owner, model, runner } = parameters;
  const { cid } = await store.add(model.bytes);
  const find = () =>
    chain.client.readContract({ ...chain.workRegistry, functionName: "workByContent", args: [model.sha256] });
  let workId = await find();
  if (workId === 0n) {
    const { digest, metadata } = await describeModel(store, model, cid, runner);
    await outbox.send(`publish-model/${model.sha256}`, {
      to: chain.addresses.LicenseToken,
      data: encodeFunctionData({
        abi: licenseTokenAbi,
        functionName: "publish",
        args: [
          {
            contentHash: model.sha256,
            fingerprint: metadata.iscc.body as `0x${string}`,
            metadataDigest: digest,
            provenanceHash: ZERO_DIGEST,
            fingerprintHeader: metadata.iscc.header,
            kind: WORK_KINDS.model,
          },
          TERM_PRESETS.training,
          openOffer(0n),
        ],
      }),
    });
    workId = await find();
  }
  const [holder, share] = await Promise.all([
    chain.client.readContract({ ...chain.workRegistry, functionName: "ownerOf", args: [workId] }),
    chain.client.readContract({ ...chain.jobMarket, functionName: "modelShareOf", args: [workId] }),
  ]);
  if (holder === owner && share === 0) {
    await outbox.send(`model-share/${workId}`, {
      to: chain.addresses.JobMarket,
      data: encodeFunctionData({ abi: jobMarketAbi, functionName: "setModelShare", args: [workId, MODEL_SHARE] }),
    });
  }
  return { ...model, workId, cid };
}

/** Metadata of a model's work, with a sheet of its own drawing as the cover; stored. */
async function describeModel(
  store: StoreClient,
  { bytes, sha256, header }: ShippedModel,
  cid: string,
  runner: JobRunner,
): Promise<{ digest: `0x${string}`; metadata: WorkMetadata }> {
  const cover = await runner.run(
    {
      schema: "colophon/job/1",
      task: "generate-image",
      model: { workId: "0", cid, sha256 },
      seed: `${header.name}, cover`,
      params: { tiles: 8, tilePixels: 72 },
    },
    { model: bytes },
  );
  const stored = await store.add(cover.png);
  const title = header.name;
  const description = `Weights of a generator of 28 x 28 motifs (the dense network 100-256-512-1024-784), ${header.training.steps} steps. Trained on ${header.training.data}.`;
  const { iscc } = await fingerprint(bytes, { title, description });
  const metadata = workMetadataSchema.parse({
    schema: "colophon/work/1",
    title,
    description,
    lang: "en",
    kind: "model",
    tags: ["model", "gan", "motif"],
    file: { cid, sha256, mediaType: "application/vnd.colophon.model", bytes: bytes.length },
    cover: { cid: stored.cid, sha256: stored.sha256, mediaType: "image/png", bytes: cover.png.length },
    iscc,
    aiGenerated: true,
  });
  const { digest } = await store.addDocument(metadata);
  return { digest, metadata };
}
