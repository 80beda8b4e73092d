import { encodeFunctionData, type Hex } from "viem";
import { licenseTokenAbi } from "../../../common/abi/LicenseToken.ts";
import { workRegistryAbi } from "../../../common/abi/WorkRegistry.ts";
import type { Upload } from "../../../common/api/schemas.ts";
import { workMetadataSchema } from "../../../common/documents.ts";
import { TERM_PRESETS, ZERO_DIGEST, openOffer } from "../../../common/terms.ts";
import { WORK_KINDS } from "../../../common/work-kind.ts";
import { firstEvent } from "../events.ts";
import { type Journey, PRICES, ROLES } from "../journey.ts";
import { storeDocument } from "./store-document.ts";

export type PublishedWork = { id: string; tx: Hex; block: number; offerId: string };

/** Registers the file and offers remix licenses to it, in one transaction. */
export async function publishWork(journey: Journey, uploaded: Upload): Promise<PublishedWork> {
  const metadata = workMetadataSchema.parse({
    schema: "colophon/work/1",
    title: journey.file.title,
    kind: uploaded.kind,
    tags: ["journey", uploaded.kind],
    file: uploaded.file,
    iscc: uploaded.iscc,
  });
  const { digest } = await storeDocument(journey, ROLES.creator, metadata);
  const { chain, record } = journey;
  const receipt = await chain.send(record, "publish", ROLES.creator, {
    to: chain.contracts.LicenseToken,
    data: encodeFunctionData({
      abi: licenseTokenAbi,
      functionName: "publish",
      args: [
        {
          contentHash: uploaded.file.sha256 as Hex,
          fingerprint: uploaded.iscc.body as Hex,
          metadataDigest: digest,
          provenanceHash: ZERO_DIGEST,
          fingerprintHeader: uploaded.iscc.header,
          kind: WORK_KINDS[uploaded.kind],
        },
        TERM_PRESETS.remix,
        openOffer(PRICES.work),
      ],
    }),
  });
  return {
    id: firstEvent(workRegistryAbi, "WorkRegistered", receipt.logs).args.id.toString(),
    tx: receipt.transactionHash,
    block: Number(receipt.blockNumber),
    offerId: firstEvent(licenseTokenAbi, "OfferSet", receipt.logs).args.offerId.toString(),
  };
}
