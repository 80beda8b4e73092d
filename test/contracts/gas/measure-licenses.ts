/** Steady-state gas of licenses. */
import { deployHouse, deployToken, freeLicense, newWork, offerOf, remixTerms } from "../house.ts";
import { loadFixture } from "../network.ts";
import { second } from "./gas-of.ts";

/** ERC-20 prices unless the key says coin. */
export async function measureLicenses(): Promise<Record<string, number>> {
  const house = await loadFixture(deployHouse);
  const { works, licenses, alice, bob, carol } = house;
  const token = await deployToken("PlainToken", [bob], [house.addresses.RoyaltyLedger]);
  const currency = await token.getAddress();
  const rows: Record<string, number> = {};
  rows.publish = await second((i) =>
    licenses.connect(alice).publish(newWork(`publish ${i}`), remixTerms(10_000), offerOf(100n, currency)),
  );
  const offered = await licenses.totalOffers();
  rows.buyLicense = await second(() => licenses.connect(bob).buy(offered, bob.address, 100n));
  await licenses.connect(alice).setOffer(1n, remixTerms(10_000), offerOf(100n));
  const inCoin = await licenses.totalOffers();
  rows.buyLicenseCoin = await second(() => licenses.connect(bob).buy(inCoin, bob.address, 100n, { value: 100n }));
  const held: bigint[] = [];
  for (const parent of [1n, 2n, 1n, 2n]) held.push(await freeLicense(house, parent, 1000, carol));
  rows.registerDerivative2Parents = await second((i) =>
    works.connect(carol).registerDerivative(newWork(`two ${i}`), [held[2 * i - 2], held[2 * i - 1]]),
  );
  rows.publishDerivative = await second((i) =>
    licenses
      .connect(bob)
      .publishDerivative(newWork(`derive ${i}`), [], [offered], remixTerms(10_000), offerOf(100n, currency)),
  );
  return rows;
}
