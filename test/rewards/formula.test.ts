import { expect } from "chai";
import type { Address } from "viem";
import { Prng } from "../../common/prng.ts";
import { type EpochFacts, type Payment, rewardsOf, wholeRoot } from "../../scripts/rewards/formula.ts";

const address = (n: number): Address => `0x${n.toString(16).padStart(40, "0")}`;
const [COIN, TOKEN, ALICE, BOB, NODE] = [0, 1, 2, 3, 4].map(address) as [Address, Address, Address, Address, Address];
const paid = (account: Address, payer: number, amount: bigint, currency = COIN): Payment => ({
  account,
  payer: address(payer),
  currency,
  amount,
});
const funds = (amount: bigint, currency = COIN) => new Map([[currency, amount]]);
const totals = (epochs: EpochFacts[]) =>
  Object.fromEntries(rewardsOf(epochs).shares.map(({ account, total }) => [account, total]));

describe("the reward formula", () => {
  it("takes whole square roots, exactly, of small and of huge amounts", () => {
    for (let n = 0n; n < 2_000n; n++) expect(wholeRoot(n) ** 2n <= n && (wholeRoot(n) + 1n) ** 2n > n).to.equal(true);
    const prng = new Prng("roots");
    for (let i = 0; i < 200; i++) {
      const root = BigInt(`0x${Array.from({ length: 4 }, () => prng.uint32().toString(16)).join("")}`);
      expect(wholeRoot(root * root)).to.equal(root);
      expect(wholeRoot(root * root - 1n)).to.equal(root - 1n);
      expect(wholeRoot(root * root + 2n * root)).to.equal(root);
    }
  });

  it("counts ten buyers more than one who pays as much as all of them", () => {
    const ten = Array.from({ length: 10 }, (_, n) => paid(ALICE, 100 + n, 100n));
    const creators = [...ten, paid(BOB, 99, 1_000n)];
    // 100 points to 31, of 70 %.
    const shares = totals([{ creators, operators: [], funded: funds(1_000_000n) }]);
    expect(shares).to.deep.equal({ [ALICE]: (700_000n * 100n) / 131n, [BOB]: (700_000n * 31n) / 131n });
  });

  it("adds up what one payer paid before it takes the root", () => {
    const creators = [paid(ALICE, 9, 64n), paid(ALICE, 9, 36n), paid(BOB, 9, 100n)];
    expect(totals([{ creators, operators: [], funded: funds(1_000n) }])).to.deep.equal({ [ALICE]: 350n, [BOB]: 350n });
  });

  it("gives operators their part, and keeps the part of a group without points for the next week", () => {
    const first = { creators: [], operators: [paid(NODE, 9, 4n)], funded: funds(1_000n) };
    expect(totals([first])).to.deep.equal({ [NODE]: 300n });
    // 700 were kept; 1,000 more came: 70 % of 1,700.
    const second = { creators: [paid(ALICE, 9, 1n)], operators: [], funded: funds(2_000n) };
    expect(totals([first, second])).to.deep.equal({ [NODE]: 300n, [ALICE]: 1_190n });
  });

  it("keeps currencies apart", () => {
    const creators = [paid(ALICE, 9, 1n), paid(BOB, 9, 1_000_000n, TOKEN)];
    const funded = new Map([...funds(1_000n), ...funds(10n, TOKEN)]);
    const { shares, given } = rewardsOf([{ creators, operators: [], funded }]);
    expect(shares).to.have.deep.members([
      { account: ALICE, currency: COIN, total: 700n },
      { account: BOB, currency: TOKEN, total: 7n },
    ]);
    expect(given).to.deep.equal(
      new Map([
        [COIN, 700n],
        [TOKEN, 7n],
      ]),
    );
  });

  it("never gives more than came in, over many random weeks", () => {
    const prng = new Prng("weeks");
    const epochs: EpochFacts[] = [];
    let funded = 0n;
    for (let week = 0; week < 60; week++) {
      funded += BigInt(prng.below(5_000));
      const some = (count: number) =>
        Array.from({ length: prng.below(count) }, () =>
          paid(address(20 + prng.below(9)), 50 + prng.below(9), BigInt(1 + prng.below(10_000))),
        );
      epochs.push({ creators: some(8), operators: some(5), funded: funds(funded) });
      const sum = rewardsOf(epochs).shares.reduce((all, { total }) => all + total, 0n);
      expect(sum <= funded).to.equal(true);
    }
    expect(rewardsOf(epochs).shares.length).to.be.greaterThan(8);
  });
});
