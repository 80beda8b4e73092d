import { expect } from "chai";
import { COIN, DAY, deployPuppet, deployToken, MINIMUM_STAKE } from "./house.ts";
import { ethers, loadFixture, networkHelpers, time } from "./network.ts";
import {
  closeLate,
  decided,
  draw,
  drawn,
  drawnVerifiers,
  OTHER,
  readyChecks,
  Stage,
  tally,
  unreviewed,
  vote,
} from "./ready-checks.ts";
import {
  accepted,
  credits,
  newJob,
  OUTPUT,
  PRICE,
  post,
  RECEIPT,
  SPEC,
  STAKE,
  Status,
  submitted,
  timeOut,
} from "./ready-market.ts";

const SALT = ethers.id("salt");

/** What peers' job markets got wrong, each as a behavior of this one. */
describe("Jobs: what went wrong elsewhere", () => {
  it("Livepeer, slashing nobody could reach: anybody can bring a silent operator's stake to those it is owed", async () => {
    const { house, market, operators, operator, dave } = await loadFixture(readyChecks);
    const id = await accepted(house);
    await timeOut(house, id);
    await market.connect(dave).poke(id);
    expect((await operators.operatorOf(operator.address)).stake).to.equal(STAKE - PRICE / 5n);
  });

  it("Livepeer, unsuccessful jobs paid: what was not submitted, or was found wrong, earns nothing", async () => {
    const house = await loadFixture(readyChecks);
    const late = await accepted(house);
    await timeOut(house, late);
    await house.market.poke(late);
    await closeLate(house, await decided(house, [OTHER, OTHER, OUTPUT]));
    expect((await credits(house)).operator).to.equal(0n);
    expect((await house.operators.operatorOf(house.operator.address)).done).to.equal(0n);
  });

  it("Infernet, a silent verifier pays the node: silence of all verifiers pays nobody", async () => {
    const house = await loadFixture(readyChecks);
    const id = await drawn(house);
    for (const _round of [0, 1]) {
      await vote(house, id, ["absent", "absent", "absent"]);
      await tally(house, id);
      if ((await house.checks.checkOf(id)).stage === Stage.Requested) await draw(house, id);
    }
    expect((await house.market.jobOf(id)).status).to.equal(Status.Checking);
    expect((await credits(house)).operator).to.equal(0n);
  });

  it("Infernet, the first answers win: nothing is decided before all could answer, and one answer decides nothing", async () => {
    const house = await loadFixture(readyChecks);
    const id = await drawn(house);
    const [first] = await drawnVerifiers(house, id);
    const commitment = await house.checks.commitmentOf(id, 0, first?.address, OTHER, SALT);
    await house.checks.connect(first as NonNullable<typeof first>).commit(id, commitment);
    await time.increase(6 * 3600 + 1);
    await house.checks.connect(first as NonNullable<typeof first>).reveal(id, OTHER, SALT);
    await expect(tally(house, id)).to.be.revertedWithCustomError(house.checks, "JobChecksTooEarly");
    await time.increase(6 * 3600);
    await tally(house, id);
    const check = await house.checks.checkOf(id);
    expect([check.stage, check.round]).to.deep.equal([Stage.Requested, 1n]);
  });

  it("ORA, no way to a refund: a job nobody takes, and one found wrong, give the price back", async () => {
    const house = await loadFixture(readyChecks);
    const open = await post(house);
    await timeOut(house, open);
    await house.market.connect(house.requester).poke(open);
    expect((await credits(house)).requester).to.equal(PRICE);
    await closeLate(house, await decided(house, [OTHER, OTHER, OTHER]));
    expect((await credits(house)).requester).to.be.greaterThan(2n * PRICE);
  });

  it("ORA, a flag that switches the check off: a model has no say, the class is the job's and stays", async () => {
    const house = await loadFixture(readyChecks);
    const id = await submitted(house, { verification: 1 });
    await house.market.connect(house.alice).setModelShare(1n, 0);
    expect((await house.market.jobOf(id)).verification).to.equal(1n);
    await house.market.connect(house.requester).dispute(id, SPEC);
    await draw(house, id);
    expect((await house.checks.votesOf(id)).length).to.equal(3);
  });

  it("Lilypad, tx.origin as the user: a contract that a requester calls can't act as him, and is itself a requester", async () => {
    const { house, market, requester } = await loadFixture(readyChecks);
    const id = await submitted(house);
    const puppet = await deployPuppet();
    const settle = market.interface.encodeFunctionData("settle", [id]);
    await expect(puppet.connect(requester).act(market.getAddress(), 0n, settle))
      .to.be.revertedWithCustomError(market, "JobMarketNotRequester")
      .withArgs(id, await puppet.getAddress());
    const own = market.interface.encodeFunctionData("post", [newJob()]);
    await puppet.connect(requester).act(market.getAddress(), PRICE, own, { value: PRICE });
    expect((await market.jobOf(await market.totalJobs())).requester).to.equal(await puppet.getAddress());
  });

  it("Lilypad, a mediator known from the time: the draw changes with a block that comes after the request", async () => {
    const house = await loadFixture(readyChecks);
    const drawns = new Set<string>();
    for (let i = 0; i < 5; ++i) {
      const snapshot = await networkHelpers.takeSnapshot();
      const id = await submitted(house, { verification: 1 });
      await house.market.connect(house.requester).dispute(id, SPEC);
      const { drawBlock } = await house.checks.checkOf(id);
      expect(drawBlock).to.equal(BigInt((await ethers.provider.getBlockNumber()) + 2));
      // All that the request was made from is the same each time; only later blocks differ.
      await networkHelpers.mine();
      await time.increase(10 + i);
      await draw(house, id);
      drawns.add((await house.checks.votesOf(id)).map((one: { verifier: string }) => one.verifier).join());
      await snapshot.restore();
    }
    expect(drawns.size).to.be.greaterThan(1);
  });

  it("Lilypad, only the other party can use a time-out: a passer-by ends every state", async () => {
    const house = await loadFixture(readyChecks);
    const { market, checks, dave } = house;
    for (const make of [post, accepted, submitted]) {
      const id = await make(house);
      await timeOut(house, id);
      await market.connect(dave).poke(id);
      expect((await market.jobOf(id)).status).to.be.oneOf([Status.Refunded, Status.Settled]);
    }
    const checked = await unreviewed(house);
    for (let step = 0; step < 12 && (await checks.checkOf(checked)).stage !== Stage.Closed; ++step) {
      const { stage } = await checks.checkOf(checked);
      if (stage === Stage.Requested) await draw(house, checked);
      else if (stage === Stage.Drawn) {
        await time.increase(DAY);
        await tally(house, checked);
      } else await closeLate(house, checked);
    }
    expect((await checks.checkOf(checked)).stage).to.equal(Stage.Closed);
  });

  it("Golem, a requester who simply does not pay: the price is there before anybody works", async () => {
    const { house, market, operator, requester } = await loadFixture(readyChecks);
    await expect(market.connect(requester).post(newJob(), { value: PRICE - 1n }))
      .to.be.revertedWithCustomError(market, "JobMarketWrongValue")
      .withArgs(PRICE, PRICE - 1n);
    const id = await submitted(house);
    await timeOut(house, id);
    await market.connect(operator).poke(id);
    expect((await credits(house)).operator).to.equal(750_000n);
  });

  it("Akash, escrow drawn below zero: a balance pays for what it covers and no job more", async () => {
    const { market, requester, addresses } = await loadFixture(readyChecks);
    const token = await deployToken("PlainToken", [requester], []);
    const currency = await token.getAddress();
    await token.connect(requester).approve(addresses.JobMarket, (5n * PRICE) / 2n);
    await market.connect(requester).deposit(currency, (5n * PRICE) / 2n);
    await market.connect(requester).post(newJob({ currency }));
    await market.connect(requester).post(newJob({ currency }));
    expect(await market.creditOf(requester.address, currency)).to.equal(PRICE / 2n);
    await expect(market.connect(requester).post(newJob({ currency }))).to.be.revertedWithCustomError(
      token,
      "ERC20InsufficientAllowance",
    );
    await token.connect(requester).approve(addresses.JobMarket, PRICE / 2n);
    await market.connect(requester).post(newJob({ currency }));
    expect(await market.creditOf(requester.address, currency)).to.equal(0n);
  });

  it("Bittensor, copied verdicts: another's commitment can't be revealed, and no verdict is seen before all are in", async () => {
    const house = await loadFixture(readyChecks);
    const { checks } = house;
    const id = await drawn(house);
    const voters = await drawnVerifiers(house, id);
    const [honest, copier] = voters as [(typeof voters)[0], (typeof voters)[0]];
    const commitment = await checks.commitmentOf(id, 0, honest.address, OTHER, SALT);
    await checks.connect(honest).commit(id, commitment);
    await checks.connect(copier).commit(id, commitment);
    await expect(checks.connect(honest).reveal(id, OTHER, SALT)).to.be.revertedWithCustomError(
      checks,
      "JobChecksTooEarly",
    );
    await time.increase(6 * 3600 + 1);
    await checks.connect(honest).reveal(id, OTHER, SALT);
    await expect(checks.connect(copier).reveal(id, OTHER, SALT))
      .to.be.revertedWithCustomError(checks, "JobChecksBadReveal")
      .withArgs(id, copier.address);
    await time.increase(6 * 3600);
    await expect(tally(house, id))
      .to.emit(checks, "VerifierPenalized")
      .withArgs(id, copier.address, MINIMUM_STAKE / 4n, true);
  });

  it("a verifier who starts to leave while it is drawn still pays its penalty", async () => {
    const house = await loadFixture(readyChecks);
    const { operators } = house;
    const id = await drawn(house);
    for (const voter of await drawnVerifiers(house, id)) {
      await operators.connect(voter).stopVerifying();
      await operators.connect(voter).startUnbonding((await operators.operatorOf(voter.address)).stake);
    }
    await vote(house, id, ["absent", "absent", "absent"]);
    await tally(house, id);
    for (const voter of await drawnVerifiers(house, id)) {
      const stored = await operators.operatorOf(voter.address);
      expect([stored.slashedAmount, stored.slashed]).to.deep.equal([MINIMUM_STAKE / 4n, 1n]);
    }
  });

  it("a pause stops new jobs only: everything under way is submitted, checked, paid and withdrawn", async () => {
    const house = await loadFixture(readyChecks);
    const { market, operator, deployer, requester } = house;
    const taken = await accepted(house);
    const checked = await drawn(house);
    await market.connect(deployer).pause();
    await expect(market.connect(requester).post(newJob(), { value: PRICE })).to.be.revertedWithCustomError(
      market,
      "NewIdsArePaused",
    );
    await market.connect(operator).submit(taken, OUTPUT, RECEIPT);
    await market.connect(requester).settle(taken);
    await vote(house, checked, [OUTPUT, OUTPUT, OUTPUT]);
    await tally(house, checked);
    await closeLate(house, checked);
    await expect(market.connect(operator).withdraw(COIN)).to.changeEtherBalances(ethers, [operator], [1_500_000n]);
  });
});
