import { expect } from "chai";
import fc from "fast-check";
import { type Flows, settleAccounts } from "../../scripts/journey/conservation.ts";

/** A journey of two edges under the ledger's rule: each parent gets floor(share x base), the child owes the ceiling. */
function journeyOf({ price, share, modelShare }: { price: bigint; share: bigint; modelShare: bigint }): Flows {
  const ppm = 1_000_000n;
  const owed = (price * (share + modelShare) + ppm - 1n) / ppm;
  const toWork = (price * share) / ppm;
  const toModel = (price * modelShare) / ppm;
  const work = 2n * 10n ** 16n;
  const job = 10n ** 15n;
  const creator = work + toWork;
  const remixer = price - owed;
  const model = toModel + job / 10n;
  const paidIn = work + price + job / 10n;
  return {
    paid: { work, derivative: price, modelLicense: 0n, job },
    got: { creator, remixer, model, operator: job - job / 10n },
    rose: { creator, remixer },
    edges: 2,
    ledger: { paidWei: paidIn, claimedWei: creator + remixer, balanceWei: paidIn - creator - remixer },
  };
}

const prices = fc.record({
  price: fc.bigInt({ min: 0n, max: 10n ** 20n }),
  share: fc.bigInt({ min: 0n, max: 500_000n }),
  modelShare: fc.bigInt({ min: 0n, max: 500_000n }),
});

describe("the journey's accounts", () => {
  it("balance for any price and shares, with at most one wei of dust per edge", () => {
    fc.assert(
      fc.property(prices, (choice) => {
        const royalties = settleAccounts(journeyOf(choice));
        expect(royalties.conserved).to.equal(true);
        expect(Number(royalties.dustWei)).to.be.within(0, 2);
      }),
      { numRuns: 500, seed: 17 },
    );
  });

  it("do not balance when a single wei is missing, made up, or left in the ledger", () => {
    const flows = journeyOf({ price: 3n * 10n ** 16n, share: 100_000n, modelShare: 50_000n });
    expect(settleAccounts(flows)).to.deep.equal({
      creatorWei: "23000000000000000",
      remixerWei: "25500000000000000",
      modelWei: "1600000000000000",
      operatorWei: "900000000000000",
      paidWei: "51000000000000000",
      dustWei: "0",
      conserved: true,
    });
    const wrong: Flows[] = [
      { ...flows, got: { ...flows.got, operator: flows.got.operator + 1n } },
      { ...flows, got: { ...flows.got, operator: flows.got.operator - 3n } },
      { ...flows, rose: { ...flows.rose, creator: flows.rose.creator - 1n } },
      { ...flows, rose: { ...flows.rose, remixer: flows.rose.remixer + 1n } },
      { ...flows, ledger: { ...flows.ledger, balanceWei: flows.ledger.balanceWei - 1n } },
    ];
    for (const each of wrong) expect(settleAccounts(each).conserved).to.equal(false);
  });
});
