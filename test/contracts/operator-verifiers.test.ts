import { expect } from "chai";
import { DAY, MINIMUM_STAKE } from "./house.ts";
import { ethers, loadFixture, networkHelpers, time } from "./network.ts";
import { BOND, type Checked, readyChecks } from "./ready-checks.ts";
import { STAKE } from "./ready-market.ts";

const NOBODY: string[] = [];

async function asChecks(house: Checked) {
  await networkHelpers.impersonateAccount(house.addresses.JobChecks);
  await networkHelpers.setBalance(house.addresses.JobChecks, 10n ** 18n);
  return house.operators.connect(await ethers.getSigner(house.addresses.JobChecks));
}

/** The rule told plainly: the line of bonds in the order of the places, without those that must not be hit. */
function drawPlainly(bonds: [string, bigint][], seed: bigint, count: number, excluded: string[]): string[] {
  let left = bonds.filter(([account]) => !excluded.includes(account));
  const drawn: string[] = [];
  for (let i = 0; i < count; ++i) {
    const total = left.reduce((sum, [, bond]) => sum + bond, 0n);
    if (total === 0n) return [];
    const encoded = ethers.AbiCoder.defaultAbiCoder().encode(["uint256", "uint256"], [seed, i]);
    let point = BigInt(ethers.keccak256(encoded)) % total;
    const hit = left.find(([, bond]) => {
      if (point < bond) return true;
      point -= bond;
      return false;
    }) as [string, bigint];
    drawn.push(hit[0]);
    left = left.filter(([account]) => account !== hit[0]);
  }
  return drawn;
}

describe("OperatorRegistry: verifiers and rulings", () => {
  it("locks the bond, and frees it when the operator stops", async () => {
    const { operators, operator } = await loadFixture(readyChecks);
    const own = operators.connect(operator);
    await expect(own.becomeVerifier(MINIMUM_STAKE - 1n))
      .to.be.revertedWithCustomError(operators, "OperatorRegistryBondTooLow")
      .withArgs(MINIMUM_STAKE - 1n, MINIMUM_STAKE);
    await expect(own.becomeVerifier(STAKE + 1n))
      .to.be.revertedWithCustomError(operators, "OperatorRegistryNotEnoughFree")
      .withArgs(STAKE, STAKE + 1n);
    await expect(own.stopVerifying())
      .to.be.revertedWithCustomError(operators, "OperatorRegistryNotVerifier")
      .withArgs(operator.address);
    const before = await operators.totalBonds();
    await expect(own.becomeVerifier(STAKE)).to.emit(operators, "VerifierBondSet").withArgs(operator.address, STAKE);
    expect(await operators.totalBonds()).to.equal(before + STAKE);
    expect(await operators.freeStake(operator.address)).to.equal(0n);
    await expect(own.becomeVerifier(STAKE)).to.be.revertedWithCustomError(operators, "OperatorRegistryAlreadyVerifier");
    await own.stopVerifying();
    expect(await operators.totalBonds()).to.equal(before);
    expect(await operators.freeStake(operator.address)).to.equal(STAKE);
  });

  it("draws as the plain rule does, for any bonds, exclusions and comings and goings", async () => {
    const house = await loadFixture(readyChecks);
    const { operators, verifiers } = house;
    const line: [string, bigint][] = verifiers.map((verifier) => [verifier.address, BOND]);
    // Some stop, and come back with other bonds, on the places that became free last.
    for (const index of [1, 4, 2]) await operators.connect(verifiers[index] as (typeof verifiers)[0]).stopVerifying();
    for (const [index, bond] of [
      [4, MINIMUM_STAKE],
      [1, 3n * MINIMUM_STAKE],
    ] as const) {
      await operators.connect(verifiers[index] as (typeof verifiers)[0]).becomeVerifier(bond);
    }
    line[2] = [verifiers[4]?.address as string, MINIMUM_STAKE];
    line[4] = [verifiers[1]?.address as string, 3n * MINIMUM_STAKE];
    line.splice(1, 1);
    for (let seed = 1n; seed <= 60n; ++seed) {
      const excluded = verifiers.slice(0, Number(seed % 4n)).map((verifier) => verifier.address);
      const count = Number(seed % 3n) + 1;
      const drawn = [...(await operators.drawVerifiers(seed, count, [...excluded, ...excluded, house.dave.address]))];
      expect(drawn, `seed ${seed}`).to.deep.equal(drawPlainly(line, seed, count, excluded));
    }
    expect([...(await operators.drawVerifiers(1n, 7, NOBODY))]).to.deep.equal([]);
  });

  it("draws each verifier as often as its bond says", async () => {
    const { operators, operator } = await loadFixture(readyChecks);
    // A tenth of one of the seven others: 1 in 71.
    await operators.connect(operator).becomeVerifier(BOND / 10n);
    const hits = new Map<string, number>();
    const DRAWS = 1000;
    for (let seed = 0n; seed < DRAWS; ++seed) {
      const [one] = await operators.drawVerifiers(seed, 1, NOBODY);
      hits.set(one, (hits.get(one) ?? 0) + 1);
    }
    expect(hits.get(operator.address) ?? 0).to.be.within(4, 28);
    for (const [account, times] of hits) {
      if (account !== operator.address) expect(times).to.be.within(100, 185);
    }
  });

  it("takes a penalty from the bond, then from free, then from unbonding stake, and ends a bond too small", async () => {
    const house = await loadFixture(readyChecks);
    const { operators, verifiers } = house;
    const verifier = verifiers[0] as (typeof verifiers)[0];
    const checks = await asChecks(house);
    await checks.penalize(verifier.address, BOND - MINIMUM_STAKE);
    expect((await operators.operatorOf(verifier.address)).bond).to.equal(MINIMUM_STAKE);
    await checks.penalize(verifier.address, 1n);
    let stored = await operators.operatorOf(verifier.address);
    expect([stored.bond, stored.locked, stored.stake]).to.deep.equal([0n, 0n, BOND + MINIMUM_STAKE - 1n]);
    expect(await operators.totalBonds()).to.equal(6n * BOND);
    await operators.connect(verifier).startUnbonding(BOND);
    await checks.penalize(verifier.address, 2n * MINIMUM_STAKE);
    stored = await operators.operatorOf(verifier.address);
    expect([stored.stake, stored.unbonding]).to.deep.equal([0n, BOND - MINIMUM_STAKE - 1n]);
    await checks.penalize(verifier.address, 100n * BOND);
    stored = await operators.operatorOf(verifier.address);
    expect([stored.stake, stored.unbonding, stored.slashedAmount, stored.slashed]).to.deep.equal([
      0n,
      0n,
      2n * BOND,
      4n,
    ]);
    await expect(operators.connect(house.dave).penalize(verifier.address, 1n))
      .to.be.revertedWithCustomError(operators, "OperatorRegistryNotJobChecks")
      .withArgs(house.dave.address);
  });

  it("takes free and unbonding stake by a ruling, never what jobs lock, for whom the ruling says", async () => {
    const house = await loadFixture(readyChecks);
    const { operators, operator, disputes, alice, bob } = house;
    const own = operators.connect(operator);
    await own.becomeVerifier(4n * MINIMUM_STAKE);
    await own.startUnbonding(5n * MINIMUM_STAKE);
    await time.increase(6 * DAY);
    const call = operators.connect(disputes).slashByRuling(operator.address, 100n * STAKE, alice.address);
    await expect(call)
      .to.emit(operators, "Slashed")
      .withArgs(operator.address, 6n * MINIMUM_STAKE, alice.address);
    const stored = await operators.operatorOf(operator.address);
    expect([stored.stake, stored.locked, stored.unbonding]).to.deep.equal([4n * MINIMUM_STAKE, 4n * MINIMUM_STAKE, 0n]);
    await time.increase(DAY);
    await expect(own.withdrawStake()).to.changeEtherBalances(ethers, [operator], [0n]);
    await expect(operators.connect(alice).withdrawRulingCredit(bob.address)).to.changeEtherBalances(
      ethers,
      [bob, operators],
      [6n * MINIMUM_STAKE, -6n * MINIMUM_STAKE],
    );
    await expect(operators.connect(alice).withdrawRulingCredit(bob.address)).to.changeEtherBalances(
      ethers,
      [bob],
      [0n],
    );
    await expect(operators.connect(alice).slashByRuling(operator.address, 1n, alice.address))
      .to.be.revertedWithCustomError(operators, "OperatorRegistryNotDisputes")
      .withArgs(alice.address);
  });

  it("holds no more than 88 bits of stake", async () => {
    const { operators, operator } = await loadFixture(readyChecks);
    await networkHelpers.setBalance(operator.address, 2n ** 90n);
    await expect(operators.connect(operator).addStake({ value: 2n ** 88n })).to.be.revertedWithCustomError(
      operators,
      "OperatorRegistryStakeTooHigh",
    );
  });
});
