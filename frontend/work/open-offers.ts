import type { Offer } from "../../common/api/schemas.ts";

const COIN = "0x0000000000000000000000000000000000000000";

/** True while licenses can be bought from an offer in the chain's coin at `now` (Unix seconds). */
export function isOpen(offer: Offer, now: number): boolean {
  const unsold = offer.supply === 0 || offer.sold < offer.supply;
  return !offer.closed && unsold && (offer.expiresAt === 0 || offer.expiresAt > now) && offer.currency === COIN;
}
