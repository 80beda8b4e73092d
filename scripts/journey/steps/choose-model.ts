import { z } from "zod";
import { operatorSchema, workDetailSchema } from "../../../common/api/schemas.ts";
import { ColophonError } from "../../../common/errors.ts";
import { TERM_FLAGS } from "../../../common/terms.ts";
import { COIN } from "../chain.ts";
import type { Journey } from "../journey.ts";
import { until } from "../until.ts";

export type ChosenModel = {
  workId: string;
  cid: string;
  sha256: string;
  /** What the cheapest operator asks per job, wei. */
  jobPriceWei: string;
  /** Offer of the model's license that allows registering what it made, and its price, wei. */
  offerId: string;
  offerPriceWei: string;
};

/** The cheapest model for remixes among all registered operators, with the cheapest license for its outputs. */
export async function chooseModel({ api }: Journey): Promise<ChosenModel> {
  const offered = await until(
    "an operator whose model makes remixes",
    async () => {
      const operators = await api.ask("/v1/operators", z.array(operatorSchema));
      const models = operators
        .flatMap((operator) => operator.models)
        .filter((model) => model.tasks.includes("remix-image"))
        .toSorted((a, b) => Number(BigInt(a.priceWei) - BigInt(b.priceWei)));
      return models[0] ?? null;
    },
    { within: 60_000, every: 250 },
  );
  const work = await api.ask(`/v1/works/${offered.workId}`, workDetailSchema);
  const [offer] = work.offers
    .filter((row) => !row.closed && row.currency === COIN && (row.terms.flags & TERM_FLAGS.derivatives) !== 0)
    .toSorted((a, b) => Number(BigInt(a.price) - BigInt(b.price)));
  if (!offer || !work.metadata) {
    throw new ColophonError("MODEL_NOT_LICENSED", `Nobody may register outputs of the model, work ${work.id}.`);
  }
  return {
    workId: work.id,
    cid: work.metadata.file.cid,
    sha256: work.contentHash,
    jobPriceWei: offered.priceWei === "0" ? "1" : offered.priceWei,
    offerId: offer.id,
    offerPriceWei: offer.price,
  };
}
