/** A plain model of operators' stake and of the verifiers' draw, for `job-model.ts`. Amounts in wei, times in seconds. */
import { AbiCoder, keccak256 } from "ethers";
import { Refusal } from "./refusal.ts";

const UNBONDING = 7n * 86_400n;

export type Operator = {
  stake: bigint;
  locked: bigint;
  unbonding: bigint;
  unbondsAt: bigint;
  bond: bigint;
  done: bigint;
  failed: bigint;
  settledValue: bigint;
  slashedAmount: bigint;
};

/** Operators by name. */
export class StakeModel {
  readonly operators = new Map<string, Operator>();
  readonly rulingCredits = new Map<string, bigint>();
  readonly #minimum: bigint;
  /** Verifiers in the order of the draw's line; a place that became free is given out again, the latest first. */
  readonly #places: (string | undefined)[] = [];
  readonly #freePlaces: number[] = [];

  constructor(minimumStake: bigint) {
    this.#minimum = minimumStake;
  }

  register(account: string, stake: bigint): void {
    const fresh = { locked: 0n, unbonding: 0n, unbondsAt: 0n, bond: 0n, done: 0n, failed: 0n };
    this.operators.set(account, { stake, ...fresh, settledValue: 0n, slashedAmount: 0n });
  }

  addStake(account: string, amount: bigint): void {
    this.#operator(account).stake += amount;
  }

  startUnbonding(account: string, amount: bigint, now: bigint): void {
    const operator = this.#operator(account);
    this.#requireFree(account, amount);
    operator.stake -= amount;
    operator.unbonding += amount;
    operator.unbondsAt = now + UNBONDING;
  }

  withdrawStake(account: string, now: bigint): void {
    const operator = this.#operator(account);
    if (now < operator.unbondsAt) throw new Refusal("OperatorRegistryStillBonded");
    operator.unbonding = 0n;
  }

  becomeVerifier(account: string, bond: bigint): void {
    const operator = this.#operator(account);
    if (operator.bond > 0n) throw new Refusal("OperatorRegistryAlreadyVerifier");
    if (bond < this.#minimum) throw new Refusal("OperatorRegistryBondTooLow");
    this.lock(account, bond);
    operator.bond = bond;
    this.#places[this.#freePlaces.pop() ?? this.#places.length] = account;
  }

  stopVerifying(account: string): void {
    const operator = this.operators.get(account);
    if (!operator || operator.bond === 0n) throw new Refusal("OperatorRegistryNotVerifier");
    this.#endVerifying(account, operator);
  }

  lock(account: string, amount: bigint): void {
    const operator = this.#operator(account);
    this.#requireFree(account, amount);
    operator.locked += amount;
  }

  release(account: string, amount: bigint, done: bigint, value: bigint): void {
    const operator = this.#operator(account);
    operator.locked -= amount;
    operator.done += done;
    operator.settledValue += value;
  }

  slash(account: string, amount: bigint): void {
    const operator = this.#operator(account);
    operator.locked -= amount;
    operator.stake -= amount;
    operator.failed += 1n;
    operator.settledValue = 0n;
    operator.slashedAmount += amount;
  }

  penalize(account: string, amount: bigint): bigint {
    const operator = this.#operator(account);
    const fromBond = operator.bond < amount ? operator.bond : amount;
    operator.bond -= fromBond;
    operator.locked -= fromBond;
    operator.stake -= fromBond;
    if (fromBond > 0n && operator.bond < this.#minimum) this.#endVerifying(account, operator);
    const taken = fromBond + this.#takeFree(operator, amount - fromBond);
    operator.slashedAmount += taken;
    return taken;
  }

  slashByRuling(account: string, amount: bigint, beneficiary: string): void {
    const operator = this.#operator(account);
    const taken = this.#takeFree(operator, amount);
    operator.settledValue = 0n;
    operator.slashedAmount += taken;
    this.rulingCredits.set(beneficiary, (this.rulingCredits.get(beneficiary) ?? 0n) + taken);
  }

  free(account: string): bigint {
    const operator = this.operators.get(account);
    return operator ? operator.stake - operator.locked : 0n;
  }

  tierOf(account: string): number {
    const settled = this.operators.get(account)?.settledValue ?? 0n;
    return settled >= 1000n * this.#minimum ? 2 : settled >= 100n * this.#minimum ? 1 : 0;
  }

  /** As told by the rule: each hit takes its verifier off the line. */
  draw(seed: bigint, count: number, excluded: string[]): string[] {
    let line = this.#places.filter(
      (account): account is string => account !== undefined && !excluded.includes(account),
    );
    const drawn: string[] = [];
    for (let index = 0; index < count; ++index) {
      const total = line.reduce((sum, account) => sum + this.#operator(account).bond, 0n);
      if (total === 0n) return [];
      let point = BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(["uint256", "uint256"], [seed, index]))) % total;
      const hit = line.find((account) => {
        const { bond } = this.#operator(account);
        if (point < bond) return true;
        point -= bond;
        return false;
      });
      if (hit === undefined) throw new Error("the point is not on the line");
      drawn.push(hit);
      line = line.filter((account) => account !== hit);
    }
    return drawn;
  }

  /** What the registry must hold. */
  held(): bigint {
    let total = 0n;
    for (const { stake, unbonding } of this.operators.values()) total += stake + unbonding;
    for (const credit of this.rulingCredits.values()) total += credit;
    return total;
  }

  #operator(account: string): Operator {
    const operator = this.operators.get(account);
    if (!operator) throw new Refusal("OperatorRegistryNotRegistered");
    return operator;
  }

  #requireFree(account: string, amount: bigint): void {
    if (amount > this.free(account)) throw new Refusal("OperatorRegistryNotEnoughFree");
  }

  #endVerifying(account: string, operator: Operator): void {
    operator.locked -= operator.bond;
    operator.bond = 0n;
    const place = this.#places.indexOf(account);
    this.#places[place] = undefined;
    this.#freePlaces.push(place);
  }

  #takeFree(operator: Operator, amount: bigint): bigint {
    const free = operator.stake - operator.locked;
    const fromFree = free < amount ? free : amount;
    const rest = amount - fromFree;
    const fromUnbonding = operator.unbonding < rest ? operator.unbonding : rest;
    operator.stake -= fromFree;
    operator.unbonding -= fromUnbonding;
    return fromFree + fromUnbonding;
  }
}
