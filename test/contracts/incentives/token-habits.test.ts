import { expect } from "chai";
import {
  CLAIM,
  COIN,
  type DisputeHouse,
  DAY,
  deployWithJurors,
  EFFECT,
  openDispute,
  register,
  registerChild,
} from "../disputes/dispute-house.ts";
import { ethers, loadFixture, time } from "../network.ts";

const SUM = 1_000_003n;
const TOKENS: [string, unknown[]][] = [
  ["DecimalsToken", [0]],
  ["DecimalsToken", [6]],
  ["DecimalsToken", [27]],
  ["Uint96Token", []],
  ["FalseToken", []],
  ["NoReturnToken", []],
  ["RebasingToken", []],
];

/** A token of the deployer's, and the deployer's approval for the ledger. */
async function deployFor(house: DisputeHouse, name: string, args: unknown[]) {
  const token = await ethers.deployContract(name, args);
  const call = (method: string, ...values: unknown[]) => token.getFunction(method)(...values);
  await call("mint", house.deployer.address, 10n ** 24n);
  await call("approve", house.addresses.ledger, 10n ** 24n);
  await call("approve", house.addresses.rewards, 10n ** 24n);
  return { call, currency: await token.getAddress(), held: (who: string) => call("balanceOf", who) };
}

describe("Disputes and incentives with tokens of every habit", () => {
  for (const [name, args] of TOKENS) {
    it(`share, hold and give away to the unit in ${name} ${args.join()}`, async () => {
      const house = await loadFixture(deployWithJurors);
      const { works, ledger, shares, disputes, rewards, alice, bob, dave, addresses } = house;
      const token = await deployFor(house, name, args);
      const { currency } = token;
      // Equity: a third and two thirds of a sum that divides by neither.
      const work = await register(house, alice, "shared");
      await works.connect(alice).approve(addresses.workShares, work);
      await shares.connect(alice).deposit(work, dave.address, [currency]);
      await shares.connect(alice).transfer(bob.address, work, 333_333n);
      await ledger.pay(work, currency, SUM);
      await shares.collect(work, currency);
      await shares.claim(work, currency, bob.address);
      await shares.claim(work, currency, alice.address);
      expect(await token.held(bob.address)).to.equal((SUM * 333_333n) / 1_000_000n);
      expect(await token.held(addresses.workShares)).to.be.at.most(1n);
      // A lien on what came after a dispute, for the parent left out.
      const parent = await register(house, alice, "parent");
      const copy = await register(house, bob, "copy");
      await ledger.pay(copy, currency, 7n);
      const id = await openDispute(house, alice, {
        claim: CLAIM.missingParent,
        effects: EFFECT.lien,
        lienPpm: 250_000,
        workId: copy,
        otherWork: parent,
        currencies: [currency],
      });
      await ledger.pay(copy, currency, SUM);
      await time.increase(7 * DAY + 1);
      await disputes.poke(id);
      await disputes.execute(id, EFFECT.lien);
      await ledger.settleLien(copy, 0n, currency);
      expect(await ledger.claimable(parent, currency)).to.equal(SUM / 4n);
      expect(await ledger.claimable(copy, currency)).to.equal(7n + SUM - SUM / 4n - 1n);
      for (const each of [parent, copy]) await ledger.claim(each, currency);
      expect(await token.held(addresses.ledger)).to.be.at.most(1n);
      // Rewards count what arrived.
      await rewards.fund(currency, 5n);
      expect(await rewards.fundedOf(currency)).to.equal(5n);
    });
  }

  it("believe no token that says false: nothing is counted, and what waits is there when it says true again", async () => {
    const house = await loadFixture(deployWithJurors);
    const { ledger, shares, rewards, works, alice, dave, addresses } = house;
    const token = await deployFor(house, "FalseToken", []);
    const { currency } = token;
    const work = await register(house, alice, "shared");
    await works.connect(alice).approve(addresses.workShares, work);
    await shares.connect(alice).deposit(work, dave.address, [currency, COIN]);
    await ledger.pay(work, currency, 10n);
    await ledger.pay(work, COIN, 4n, { value: 4n });
    await token.call("setFailing", true);
    await expect(shares.collect(work, currency)).to.revert(ethers);
    await expect(rewards.fund(currency, 5n)).to.revert(ethers);
    await shares.collect(work, COIN);
    await shares.connect(alice).claimTo(work, COIN, dave.address);
    await token.call("setFailing", false);
    await shares.collect(work, currency);
    await token.call("setFailing", true);
    await expect(shares.claim(work, currency, alice.address)).to.revert(ethers);
    await token.call("setFailing", false);
    await shares.claim(work, currency, alice.address);
    expect(await token.held(alice.address)).to.equal(10n);
  });

  it("keep the trouble of a token that shrinks by itself to those who use it", async () => {
    const house = await loadFixture(deployWithJurors);
    const { ledger, shares, rewards, works, alice, dave, addresses } = house;
    const odd = await deployFor(house, "RebasingToken", []);
    const work = await register(house, alice, "shared");
    await works.connect(alice).approve(addresses.workShares, work);
    await shares.connect(alice).deposit(work, dave.address, [odd.currency, COIN]);
    await ledger.pay(work, odd.currency, 1_000n);
    await ledger.pay(work, COIN, 1_000n, { value: 1_000n });
    for (const currency of [odd.currency, COIN]) await shares.collect(work, currency);
    await rewards.fund(odd.currency, 1_000n);
    await rewards.fund(COIN, 1_000n, { value: 1_000n });
    await odd.call("rebase", 500_000n);
    await expect(shares.claim(work, odd.currency, alice.address)).to.revert(ethers);
    await expect(shares.claim(work, COIN, alice.address)).to.changeEtherBalance(ethers, alice, 1_000n);
    // What went is not made up for by what comes: only growth beyond what was counted funds.
    await rewards.fund(odd.currency, 400n);
    expect(await rewards.fundedOf(odd.currency)).to.equal(1_000n);
    await odd.call("rebase", 1_000_000n);
    await rewards.sync(odd.currency);
    expect(await rewards.fundedOf(odd.currency)).to.equal(1_800n);
    await shares.claim(work, odd.currency, alice.address);
    expect(await rewards.fundedOf(COIN)).to.equal(1_000n);
  });

  it("grow with a child's resale as with any income of the work that was sold", async () => {
    const house = await loadFixture(deployWithJurors);
    const { ledger, shares, works, alice, bob, dave, addresses } = house;
    const work = await register(house, alice, "shared");
    const child = await registerChild(house, work, alice, bob, "child");
    await works.connect(alice).approve(addresses.workShares, work);
    await shares.connect(alice).deposit(work, dave.address, [COIN]);
    await ledger.payUpstream(child, COIN, 90n, { value: 90n });
    await ledger.pull(child, 0n, COIN);
    await shares.collect(work, COIN);
    await expect(shares.claim(work, COIN, alice.address)).to.changeEtherBalance(ethers, alice, 90n);
    expect(await ledger.claimable(child, COIN)).to.equal(0n);
  });
});
