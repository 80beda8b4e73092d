/** How the contracts and the API name the chain's own coin among currencies. */
export const COIN = `0x${"00".repeat(20)}` as const;

/** True for the chain's coin, in whatever case its address is written. */
export function isCoin(currency: string): boolean {
  return currency.toLowerCase() === COIN;
}
