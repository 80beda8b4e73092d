import { expect } from "chai";
import { COIN } from "../house.ts";
import { loadFixture } from "../network.ts";
import { deployEdges, derive, RELATIVE, root, tokenFor } from "./core-house.ts";

const RESALE = 6;
const MAX_BASE = 2n ** 96n - 1n;

/** root (alice) <- middle (bob, 10 %) <- leaf (carol, 20 %); the stack of leaf is 30 %. */
async function chain() {
  const core = await deployEdges();
  const top = await root(core, core.alice, "root");
  const middle = await derive(core, core.bob, "middle", [{ id: top, share: 100_000 }]);
  const leaf = await derive(core, core.carol, "leaf", [{ id: middle, share: 200_000 }]);
  const { token, currency } = await tokenFor(core, "PlainToken", core.dave, core.market);
  return { ...core, core, top, middle, leaf, token, currency };
}

describe("RoyaltyLedger: payments for ancestors alone", () => {
  it("reach the ancestors whole, in the parts that they get of any payment, and never the owner", async () => {
    const { ledger, dave, top, middle, leaf, currency } = await loadFixture(chain);
    await expect(ledger.connect(dave).payUpstream(leaf, currency, 300n))
      .to.emit(ledger, "PaidUpstream")
      .withArgs(leaf, currency, dave.address, 300n, 1000n, 0n);
    expect(await ledger.claimable(leaf, currency)).to.equal(0n);
    await ledger.pullPath(leaf, [0n, 0n], currency);
    expect(await ledger.claimable(middle, currency)).to.equal(200n);
    expect(await ledger.claimable(top, currency)).to.equal(100n);
    await ledger.claimMany([leaf, middle, top], currency);
    const { direct, passed, claimed } = await ledger.accountOf(leaf, currency);
    expect([direct, passed, claimed]).to.deep.equal([0n, 1000n, 0n]);
  });

  it("reach a parent over a relative edge as direct revenue, of which its own ancestors get theirs", async () => {
    const { core, ledger, dave, bob, top, middle } = await loadFixture(chain);
    const relative = await derive(core, bob, "relative", [{ id: middle, share: 500_000, mode: RELATIVE }]);
    await ledger.connect(dave).payUpstream(relative, COIN, 1000n, { value: 1000n });
    await ledger.pullPath(relative, [0n, 0n], COIN);
    expect(await ledger.claimable(middle, COIN)).to.equal(900n);
    expect(await ledger.claimable(top, COIN)).to.equal(100n);
  });

  it("are a root's own, which has no ancestors", async () => {
    const { ledger, dave, top } = await loadFixture(chain);
    await expect(ledger.connect(dave).payUpstream(top, COIN, 9n, { value: 9n }))
      .to.emit(ledger, "Paid")
      .withArgs(top, COIN, dave.address, 9n, RESALE, 0n);
    expect(await ledger.claimable(top, COIN)).to.equal(9n);
  });

  it("come from the market with what they were for; its sales of other things stay the work's own revenue", async () => {
    const { ledger, market, leaf, currency, stranger } = await loadFixture(chain);
    const sold = ledger.connect(market).payFrom(market.address, leaf, currency, 30n, RESALE, 77n);
    await expect(sold).to.emit(ledger, "PaidUpstream").withArgs(leaf, currency, market.address, 30n, 100n, 77n);
    await ledger.connect(market).payFrom(market.address, leaf, currency, 100n, 3, 78n);
    expect(await ledger.claimable(leaf, currency)).to.equal(70n);
    await expect(
      ledger.connect(stranger).payFrom(market.address, leaf, currency, 1n, RESALE, 0n),
    ).to.be.revertedWithCustomError(ledger, "RoyaltyLedgerNotModule");
  });

  it("want the coin that they say, something at all, and a work", async () => {
    const { ledger, dave, leaf } = await loadFixture(chain);
    const upstream = ledger.connect(dave);
    await expect(upstream.payUpstream(leaf, COIN, 2n, { value: 1n }))
      .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerWrongValue")
      .withArgs(2n, 1n);
    await expect(upstream.payUpstream(leaf, COIN, 0n)).to.be.revertedWithCustomError(
      ledger,
      "RoyaltyLedgerNothingPaid",
    );
    await expect(upstream.payUpstream(99n, COIN, 1n, { value: 1n })).to.be.revertedWithCustomError(
      ledger,
      "RoyaltyLedgerUnknownWork",
    );
  });

  it("fill a base by at most 2^96 each, so that a tiny stack is no lever to fill others' accounts", async () => {
    const { core, ledger, token, currency, dave, top } = await loadFixture(chain);
    const tiny = await derive(core, dave, "tiny", [{ id: top, share: 1 }]);
    const amount = 2n ** 80n;
    await token.mint(dave.address, amount);
    await ledger.connect(dave).payUpstream(tiny, currency, amount);
    const upstream = (MAX_BASE + 999_999n) / 1_000_000n;
    const { direct, passed } = await ledger.accountOf(tiny, currency);
    expect([direct, passed]).to.deep.equal([amount - upstream, MAX_BASE]);
    await ledger.pull(tiny, 0n, currency);
    const owed = ((await ledger.claimable(tiny, currency)) as bigint) + (await ledger.claimable(top, currency));
    expect(amount - owed)
      .to.be.at.least(0n)
      .and.at.most(2n);
  });

  it("never owe more than came in, however small and many they are", async () => {
    const { ledger, dave, top, middle, leaf } = await loadFixture(chain);
    for (let i = 0; i < 25; ++i) {
      await ledger.connect(dave).payUpstream(leaf, COIN, 1n, { value: 1n });
      await ledger.pullPath(leaf, [0n, 0n], COIN);
    }
    const due = ((await ledger.claimable(top, COIN)) as bigint) + (await ledger.claimable(middle, COIN));
    // A unit makes a base of 3 1/3, rounded down to 3: of 25 units 22.5 are due.
    expect(due).to.be.at.most(25n).and.at.least(21n);
    await ledger.claimMany([leaf, middle, top], COIN);
  });
});
