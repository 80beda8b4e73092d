import { encodeFunctionData, type Hex, parseEventLogs } from "viem";
import { licenseTokenAbi } from "../../../common/abi/LicenseToken.ts";
import { workRegistryAbi } from "../../../common/abi/WorkRegistry.ts";
import { canonicalBytes } from "../../../common/canonical-json.ts";
import { sha256Hex } from "../../../common/digest.ts";
import { provenanceSchema, workMetadataSchema } from "../../../common/documents.ts";
import { TERM_PRESETS, openOffer } from "../../../common/terms.ts";
import { WORK_KINDS } from "../../../common/work-kind.ts";
import { firstEvent } from "../events.ts";
import { type Journey, PRICES, ROLES } from "../journey.ts";
import { clipTitle } from "../title.ts";
import { type DeliveredJob, readOutput } from "./await-output.ts";
import type { ChosenModel } from "./choose-model.ts";
import type { PostedJob } from "./post-job.ts";
import { storeDocument } from "./store-document.ts";
import { upload } from "./upload.ts";

export type PublishedDerivative = { id: string; offerId: string; parents: string[]; modelLicenseWei: string };

/**
 * Registers the output as a derivative of the licensed work and of the model, whose license is bought on the way, and
 * offers licenses to it: one transaction.
 */
export async function publishDerivative(
  journey: Journey,
  made: { licenseId: string; model: ChosenModel; job: PostedJob; delivered: DeliveredJob },
): Promise<PublishedDerivative> {
  const { chain, record } = journey;
  const { model, job, delivered } = made;
  const bytes = await readOutput(journey, delivered.outputCid);
  const title = clipTitle(`Remix of ${journey.file.title}`);
  const uploaded = await upload(journey, ROLES.remixer, { bytes, title });
  const provenance = provenanceSchema.parse({
    schema: "colophon/provenance/1",
    chainId: delivered.receipt.chainId,
    jobMarket: delivered.receipt.jobMarket,
    jobId: job.id,
    operator: delivered.operator,
    specCid: job.specCid,
    receiptCid: delivered.receiptCid,
  });
  const metadata = workMetadataSchema.parse({
    schema: "colophon/work/1",
    title,
    kind: uploaded.kind,
    tags: ["journey", "remix"],
    file: uploaded.file,
    iscc: uploaded.iscc,
    provenance,
    aiGenerated: true,
  });
  const { digest } = await storeDocument(journey, ROLES.remixer, metadata);
  const receipt = await chain.send(record, "publish-derivative", ROLES.remixer, {
    to: chain.contracts.LicenseToken,
    data: encodeFunctionData({
      abi: licenseTokenAbi,
      functionName: "publishDerivative",
      args: [
        {
          contentHash: uploaded.file.sha256 as Hex,
          fingerprint: uploaded.iscc.body as Hex,
          metadataDigest: digest,
          provenanceHash: sha256Hex(canonicalBytes(provenance)),
          fingerprintHeader: uploaded.iscc.header,
          kind: WORK_KINDS[uploaded.kind],
        },
        [BigInt(made.licenseId)],
        [BigInt(model.offerId)],
        TERM_PRESETS.remix,
        openOffer(PRICES.derivative),
      ],
    }),
    value: BigInt(model.offerPriceWei),
  });
  const edges = parseEventLogs({ abi: workRegistryAbi, eventName: "EdgeSet", logs: receipt.logs });
  return {
    id: firstEvent(workRegistryAbi, "WorkRegistered", receipt.logs).args.id.toString(),
    offerId: firstEvent(licenseTokenAbi, "OfferSet", receipt.logs).args.offerId.toString(),
    parents: edges.map(({ args }) => args.parent.toString()),
    modelLicenseWei: model.offerPriceWei,
  };
}
