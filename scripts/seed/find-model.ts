/** The model that the market's generation nodes run: found on chain and in the nodes' capability documents. */
import { capabilitySchema, workMetadataSchema } from "../../common/documents.ts";
import { cidOfDigest, type Hash } from "../../common/digest.ts";
import { TERM_FLAGS } from "../../common/terms.ts";
import type { StoreClient } from "../../storage/client.ts";
import { workRegistryAbi } from "../../common/abi/index.ts";
import type { Address, PublicClient } from "viem";
import type { MarketLog } from "./market-log.ts";

/** @property offerId cheapest offer whose terms allow derivatives; @property price per job, wei */
export type Model = {
  workId: bigint;
  cid: string;
  sha256: Hash;
  price: bigint;
  operator: Address;
  offerId: bigint;
  offerPrice: bigint;
};

/** The first model that can both generate and remix pictures and may be built upon; null when no node offers one yet. */
export async function findModel(
  log: MarketLog,
  client: PublicClient,
  registry: Address,
  store: StoreClient,
): Promise<Model | null> {
  for (const [operator, digest] of log.capabilities) {
    const capability = await store.getDocument(cidOfDigest(digest), capabilitySchema);
    for (const model of capability.models) {
      if (!model.tasks.includes("generate-image") || !model.tasks.includes("remix-image")) continue;
      const workId = BigInt(model.workId);
      const offer = log.offers
        .filter((o) => o.workId === workId && ((log.termFlags.get(o.termsId) ?? 0) & TERM_FLAGS.derivatives) !== 0)
        .sort((a, b) => (a.price < b.price ? -1 : a.price > b.price ? 1 : 0))[0];
      if (!offer) continue;
      const work = await client.readContract({
        address: registry,
        abi: workRegistryAbi,
        functionName: "workOf",
        args: [workId],
      });
      const metadata = await store.getDocument(cidOfDigest(work.metadataDigest), workMetadataSchema);
      return {
        workId,
        cid: metadata.file.cid,
        sha256: model.sha256 as Hash,
        price: BigInt(model.priceWei),
        operator,
        offerId: offer.offerId,
        offerPrice: offer.price,
      };
    }
  }
  return null;
}
