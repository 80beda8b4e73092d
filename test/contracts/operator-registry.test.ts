import { expect } from "chai";
import { type ComputeHouse as House, deployComputeHouse as deployHouse } from "./compute-house.ts";
import { DAY, deployPuppet, MINIMUM_STAKE } from "./house.ts";
import { ethers, loadFixture, networkHelpers, time } from "./network.ts";

const CAPABILITY = ethers.id("capability");
const STAKE = 10n * MINIMUM_STAKE;

async function registered() {
  const house = await deployHouse();
  await house.operators.connect(house.operator).register(CAPABILITY, { value: STAKE });
  return house;
}

/** The job market as a signer, so that its own functions can be called one by one. */
async function asMarket(house: House) {
  await networkHelpers.impersonateAccount(house.addresses.JobMarket);
  await networkHelpers.setBalance(house.addresses.JobMarket, 10n ** 18n);
  return house.operators.connect(await ethers.getSigner(house.addresses.JobMarket));
}

describe("OperatorRegistry", () => {
  describe("register", () => {
    it("takes the stake and the capability", async () => {
      const { operators, operator, addresses } = await loadFixture(deployHouse);
      const call = operators.connect(operator).register(CAPABILITY, { value: STAKE });
      await expect(call).to.changeEtherBalances(ethers, [operator, addresses.OperatorRegistry], [-STAKE, STAKE]);
      await expect(call).to.emit(operators, "OperatorRegistered").withArgs(operator.address, CAPABILITY, STAKE);
      expect((await operators.operatorOf(operator.address)).toObject()).to.deep.equal({
        capability: CAPABILITY,
        stake: STAKE,
        locked: 0n,
        unbonding: 0n,
        unbondsAt: 0n,
        done: 0n,
        failed: 0n,
        registered: true,
        slashed: 0n,
        bond: 0n,
        settledValue: 0n,
        slashedAmount: 0n,
      });
      expect(await operators.freeStake(operator.address)).to.equal(STAKE);
      expect(await operators.minimumStake()).to.equal(MINIMUM_STAKE);
    });

    it("wants the minimum stake, and no second registration", async () => {
      const { operators, operator } = await loadFixture(deployHouse);
      await expect(operators.connect(operator).register(CAPABILITY, { value: MINIMUM_STAKE - 1n }))
        .to.be.revertedWithCustomError(operators, "OperatorRegistryStakeTooLow")
        .withArgs(MINIMUM_STAKE - 1n, MINIMUM_STAKE);
      await operators.connect(operator).register(CAPABILITY, { value: MINIMUM_STAKE });
      await expect(operators.connect(operator).register(CAPABILITY, { value: MINIMUM_STAKE }))
        .to.be.revertedWithCustomError(operators, "OperatorRegistryAlreadyRegistered")
        .withArgs(operator.address);
    });
  });

  it("changes capability and adds stake, for registered operators only", async () => {
    const { operators, operator, alice } = await loadFixture(registered);
    const next = ethers.id("capability 2");
    await expect(operators.connect(operator).setCapability(next))
      .to.emit(operators, "CapabilitySet")
      .withArgs(operator.address, next);
    await expect(operators.connect(operator).addStake({ value: 5n }))
      .to.emit(operators, "StakeAdded")
      .withArgs(operator.address, 5n);
    const stored = await operators.operatorOf(operator.address);
    expect([stored.capability, stored.stake]).to.deep.equal([next, STAKE + 5n]);
    const stranger = operators.connect(alice);
    for (const call of [
      () => stranger.setCapability(next),
      () => stranger.addStake({ value: 1n }),
      () => stranger.startUnbonding(1n),
      () => stranger.withdrawStake(),
    ]) {
      await expect(call())
        .to.be.revertedWithCustomError(operators, "OperatorRegistryNotRegistered")
        .withArgs(alice.address);
    }
  });

  describe("unbonding", () => {
    it("pays out after seven days, not a second before", async () => {
      const { operators, operator } = await loadFixture(registered);
      const call = operators.connect(operator).startUnbonding(3n * MINIMUM_STAKE);
      await call;
      const unbondsAt = (await time.latest()) + 7 * DAY;
      await expect(call)
        .to.emit(operators, "UnbondingStarted")
        .withArgs(operator.address, 3n * MINIMUM_STAKE, BigInt(unbondsAt));
      expect(await operators.freeStake(operator.address)).to.equal(7n * MINIMUM_STAKE);
      await time.setNextBlockTimestamp(unbondsAt - 1);
      await expect(operators.connect(operator).withdrawStake())
        .to.be.revertedWithCustomError(operators, "OperatorRegistryStillBonded")
        .withArgs(BigInt(unbondsAt));
      await time.setNextBlockTimestamp(unbondsAt);
      const withdrawal = operators.connect(operator).withdrawStake();
      await expect(withdrawal).to.changeEtherBalances(ethers, [operator], [3n * MINIMUM_STAKE]);
      await expect(withdrawal)
        .to.emit(operators, "StakeWithdrawn")
        .withArgs(operator.address, 3n * MINIMUM_STAKE);
      const stored = await operators.operatorOf(operator.address);
      expect([stored.stake, stored.unbonding]).to.deep.equal([7n * MINIMUM_STAKE, 0n]);
    });

    it("adds to what unbonds already and starts its clock anew", async () => {
      const { operators, operator } = await loadFixture(registered);
      await operators.connect(operator).startUnbonding(1n);
      await time.increase(6 * DAY);
      await operators.connect(operator).startUnbonding(2n);
      const stored = await operators.operatorOf(operator.address);
      expect(stored.unbonding).to.equal(3n);
      expect(stored.unbondsAt).to.equal(BigInt((await time.latest()) + 7 * DAY));
    });

    it("is for free stake only", async () => {
      const house = await loadFixture(registered);
      const { operators, operator } = house;
      await (await asMarket(house)).lock(operator.address, 4n * MINIMUM_STAKE);
      await expect(operators.connect(operator).startUnbonding(6n * MINIMUM_STAKE + 1n))
        .to.be.revertedWithCustomError(operators, "OperatorRegistryNotEnoughFree")
        .withArgs(6n * MINIMUM_STAKE, 6n * MINIMUM_STAKE + 1n);
      await operators.connect(operator).startUnbonding(6n * MINIMUM_STAKE);
      expect(await operators.freeStake(operator.address)).to.equal(0n);
    });

    it("does not lose what an account that refuses coin can't take", async () => {
      const { operators } = await loadFixture(deployHouse);
      const puppet = await deployPuppet();
      const to = operators.getAddress();
      const act = (name: string, args: unknown[], value = 0n) =>
        puppet.act(to, value, operators.interface.encodeFunctionData(name, args), { value });
      await act("register", [CAPABILITY], MINIMUM_STAKE);
      await act("startUnbonding", [MINIMUM_STAKE]);
      await time.increase(7 * DAY);
      await expect(act("withdrawStake", []))
        .to.be.revertedWithCustomError(operators, "OperatorRegistryTransferFailed")
        .withArgs(await puppet.getAddress());
      await puppet.setTakesCoin(true);
      await act("withdrawStake", []);
      expect(await ethers.provider.getBalance(puppet.getAddress())).to.equal(MINIMUM_STAKE);
    });

    it("can't be withdrawn twice by an account that calls back", async () => {
      const { operators, operator, addresses } = await loadFixture(registered);
      const puppet = await deployPuppet();
      await puppet.setTakesCoin(true);
      const encode = (name: string, args: unknown[]) => operators.interface.encodeFunctionData(name, args);
      await puppet.act(addresses.OperatorRegistry, MINIMUM_STAKE, encode("register", [CAPABILITY]), {
        value: MINIMUM_STAKE,
      });
      await puppet.act(addresses.OperatorRegistry, 0n, encode("startUnbonding", [MINIMUM_STAKE]));
      await time.increase(7 * DAY);
      await puppet.arm(addresses.OperatorRegistry, encode("withdrawStake", []));
      await puppet.act(addresses.OperatorRegistry, 0n, encode("withdrawStake", []));
      expect(await puppet.succeeded()).to.equal(false);
      expect(await ethers.provider.getBalance(puppet.getAddress())).to.equal(MINIMUM_STAKE);
      expect(await operators.freeStake(operator.address)).to.equal(STAKE);
      expect(await ethers.provider.getBalance(addresses.OperatorRegistry)).to.equal(STAKE);
    });
  });

  describe("for the job market", () => {
    it("locks, releases and slashes, and counts", async () => {
      const house = await loadFixture(registered);
      const { operators, operator, requester, addresses } = house;
      const market = await asMarket(house);
      await expect(market.lock(operator.address, 5n)).to.emit(operators, "StakeLocked").withArgs(operator.address, 5n);
      expect((await operators.operatorOf(operator.address)).locked).to.equal(5n);
      await expect(market.release(operator.address, 2n, 1n, 7n))
        .to.emit(operators, "StakeReleased")
        .withArgs(operator.address, 2n);
      await market.release(operator.address, 1n, 0n, 0n);
      const slash = market.slash(operator.address, 2n, requester.address, { gasPrice: 0 });
      await networkHelpers.setNextBlockBaseFeePerGas(0);
      await expect(slash).to.emit(operators, "Slashed").withArgs(operator.address, 2n, requester.address);
      const stored = await operators.operatorOf(operator.address);
      expect([stored.stake, stored.locked, stored.done, stored.failed]).to.deep.equal([STAKE - 2n, 0n, 1n, 1n]);
      expect([stored.slashed, stored.slashedAmount, stored.settledValue]).to.deep.equal([1n, 2n, 0n]);
      expect(await ethers.provider.getBalance(addresses.OperatorRegistry)).to.equal(STAKE - 2n);
    });

    it("locks no more than what is free, and only registered operators", async () => {
      const house = await loadFixture(registered);
      const { operators, operator, alice } = house;
      const market = await asMarket(house);
      await market.lock(operator.address, STAKE - 1n);
      await expect(market.lock(operator.address, 2n))
        .to.be.revertedWithCustomError(operators, "OperatorRegistryNotEnoughFree")
        .withArgs(1n, 2n);
      await expect(market.lock(alice.address, 0n))
        .to.be.revertedWithCustomError(operators, "OperatorRegistryNotRegistered")
        .withArgs(alice.address);
    });

    it("and nobody else", async () => {
      const { operators, operator } = await loadFixture(registered);
      const own = operators.connect(operator);
      for (const call of [
        () => own.lock(operator.address, 1n),
        () => own.release(operator.address, 0n, 1n, 0n),
        () => own.slash(operator.address, 0n, operator.address),
      ]) {
        await expect(call())
          .to.be.revertedWithCustomError(operators, "OperatorRegistryNotJobMarket")
          .withArgs(operator.address);
      }
    });
  });
});
