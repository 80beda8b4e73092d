import { expect } from "chai";
import { deployToken, newWork, offerOf, remixTerms, terms } from "../house.ts";
import { ethers, loadFixture } from "../network.ts";
import { ANY_STACK, licenseUnder, licensingHouse, orderOf, root, signOrder } from "./licensing-house.ts";

const MAX_RUNTIME = 20_000;
const CAP = 5_000_000n;

type Sent = Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>;

async function gasOf(sent: Sent): Promise<number> {
  return Number((await (await sent).wait())?.gasUsed ?? 0n);
}

/** Gas of the second time. */
async function second(act: (round: number) => Sent): Promise<number> {
  await (await act(1)).wait();
  return await gasOf(act(2));
}

describe("Licensing's gas", () => {
  it("in steady state stays below what the set promises", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, works, orders, alice, bob } = house;
    const token = await deployToken("PlainToken", [bob], [house.addresses.RoyaltyLedger]);
    const currency = await token.getAddress();
    const publish = await second((i) =>
      licenses.connect(alice).publish(newWork(`publish ${i}`), remixTerms(10_000), offerOf(100n, currency)),
    );
    const offer = await licenses.totalOffers();
    const buy = await second(() => licenses.connect(bob).buy(offer, bob.address, 100n));
    const derive = await second((i) => works.connect(bob).registerDerivative(newWork(`derive ${i}`), [i]));
    const order = orderOf(1n, alice.address, { price: 100n, currency, supply: 0 });
    const signature = await signOrder(house, alice, order);
    const fill = await second(() => orders.connect(bob).fill(order, signature, bob.address, ANY_STACK));
    const measured = { publish, buy, derive, fill };
    const most = { publish: 260_000, buy: 165_000, derive: 280_000, fill: 185_000 };
    for (const [what, limit] of Object.entries(most)) {
      expect(measured[what as keyof typeof measured], `${what} of ${JSON.stringify(measured)}`).to.be.lessThan(limit);
    }
  });

  it("at every cap fits in a block: 8 parents bought, used and offered in one call", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, works, alice, bob } = house;
    const offers: bigint[] = [];
    for (let i = 0; i < 8; ++i) {
      const parent = await root(house, alice, `parent ${i}`);
      const confined = { ...terms(1, "derivatives", "attribution"), territories: 7, channels: 7, duration: 1000 + i };
      await licenses.connect(alice).setOffer(parent, confined, offerOf(1n));
      offers.push(await licenses.totalOffers());
    }
    const under = { ...terms(1, "derivatives", "attribution"), territories: 1, channels: 1, duration: 10 };
    const sent = await licenses
      .connect(bob)
      .publishDerivative(newWork("child"), [], offers, under, offerOf(1n), { value: 8n });
    expect((await sent.wait())?.gasUsed).to.be.lessThan(CAP);
    expect(await works.totalWorks()).to.equal(9n);
  });

  it("of a sale does not grow with what was sold before", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, alice, bob } = house;
    const work = await root(house, alice, "a");
    await licenseUnder(house, work, remixTerms(1), bob);
    const offer = await licenses.totalOffers();
    const early = await second(() => licenses.connect(bob).buy(offer, bob.address, 0n));
    for (let i = 0; i < 40; ++i) await licenses.connect(bob).buy(offer, bob.address, 0n);
    expect(await gasOf(licenses.connect(bob).buy(offer, bob.address, 0n))).to.be.closeTo(early, 50);
  });

  it("comes with contracts of at most 20,000 bytes", async () => {
    const house = await loadFixture(licensingHouse);
    const presets = await ethers.deployContract("LicensePresets");
    const sizes: Record<string, number> = {};
    for (const [name, contract] of Object.entries({
      LicenseToken: house.licenses,
      LicenseOrders: house.orders,
      Router: house.router,
      LicenseRights: house.rights,
      LicensePresets: presets,
    })) {
      sizes[name] = ethers.dataLength(await ethers.provider.getCode(await contract.getAddress()));
    }
    for (const size of Object.values(sizes)) expect(size, JSON.stringify(sizes)).to.be.within(1, MAX_RUNTIME);
  });
});
