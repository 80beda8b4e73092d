import type { Offer } from "../../common/api/schemas.ts";

const COIN = "0x0000000000000000000000000000000000000000";

/** True while licenses can be bought from an offer in the chain's coin. `now` in Unix seconds. */
export function isOpen(offer: Offer, now: unknown = undefined): boolean {
  const time = typeof now === "number" && now > 1_000_000_000 ? now : Date.now() / 1000;
  const unsold = offer.supply === 0 || offer.sold < offer.supply;
  return !offer.closed && unsold && (offer.expiresAt === 0 || offer.expiresAt > time) && offer.currency === COIN;
}
