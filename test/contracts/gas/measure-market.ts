/** Steady-state gas of settlement. */
import { MaxUint256 } from "ethers";
import { newWork } from "../house.ts";
import { loadFixture } from "../network.ts";
import { COIN, type MarketHouse, marketHouse, PRICE } from "../market/market-house.ts";
import { Kind, signed } from "../market/orders.ts";
import { gasOf } from "./gas-of.ts";

type Sent = Parameters<typeof gasOf>[0];

/** Gas of the third time: the sold work went there and back, so every balance and slot is filled. */
async function steady(act: (round: number) => Sent): Promise<number> {
  for (const round of [0, 1]) await act(round);
  return await gasOf(act(2));
}

/** Sells the derived work (stack 7 %) from one to the other and back; everybody holds another work too. */
/** Keys as `npm run -s gas` prints them. */
async function measure(house: MarketHouse): Promise<Record<string, number>> {
  const { market, bob, carol, works } = house;
  await works.connect(bob).register(newWork("of bob"));
  await works.connect(carol).register(newWork("of carol"));
  const sides = (round: number) => (round % 2 === 0 ? ([bob, carol] as const) : ([carol, bob] as const));
  const rows: Record<string, number> = {};
  const buying = (currency: string) => async (round: number) => {
    const [seller, buyer] = sides(round);
    const { order, signature } = await signed(house, seller, Kind.Listing, { currency });
    return market.connect(buyer).buy(order, signature, buyer.address, { value: currency === COIN ? PRICE : 0n });
  };
  rows.buyListing = await steady(buying(house.currency));
  await works.connect(carol).transferFrom(carol.address, bob.address, house.child);
  for (const trader of [bob, carol]) await house.token.connect(trader).approve(house.addresses.ledger, 0n);
  rows.buyListingOneApproval = await steady(buying(house.currency));
  for (const trader of [bob, carol]) await house.token.connect(trader).approve(house.addresses.ledger, MaxUint256);
  await works.connect(carol).transferFrom(carol.address, bob.address, house.child);
  rows.buyListingCoin = await steady(buying(COIN));
  await works.connect(carol).transferFrom(carol.address, bob.address, house.child);
  rows.acceptOffer = await steady(async (round) => {
    const [seller, buyer] = sides(round);
    const { order, signature } = await signed(house, buyer, Kind.TokenOffer);
    return market.connect(seller).acceptOffer(Kind.TokenOffer, order, signature, house.child, [], 0n);
  });
  rows.cancelOrder = await steady(async (round) => market.connect(bob).cancelOrder(1000n + BigInt(round)));
  rows.cancelAll = await steady(async () => market.connect(bob).cancelAll());
  return rows;
}

/** A work with a stack is sold, the royalty goes into the ledger. */
export async function measureMarket(): Promise<Record<string, number>> {
  return await measure(await loadFixture(marketHouse));
}
