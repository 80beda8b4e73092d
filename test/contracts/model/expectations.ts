/** What a model expects of the chain: gathered first, then read in one call and compared. */
import { expect } from "chai";
import type { BaseContract, ContractMethod, Interface } from "ethers";
import { COIN } from "../house.ts";
import { ethers } from "../network.ts";

type Readable = { interface: Interface };
type Located = { at: string; interface: Interface };
type Expectation = {
  what: string;
  target: Located;
  name: string;
  args: unknown[];
  field: string | undefined;
  value: unknown;
};
type ReaderContract = BaseContract & { read: ContractMethod };

const TOKEN = new ethers.Interface(["function balanceOf(address account) view returns (uint256)"]);

/** Reads many views at once through `contracts/testing/ManyReads.sol`. Made by `expectationsOn`. */
export class Expectations {
  readonly #reader: ReaderContract;
  readonly #readerAt: string;
  #gathered: Expectation[] = [];

  constructor(reader: ReaderContract, readerAt: string) {
    this.#reader = reader;
    this.#readerAt = readerAt;
  }

  /**
   * `contract.name(...args)`, or a field of the struct that it returns, is `value`.
   * @param field name of a field of the returned struct; leave it undefined to compare a single value
   */
  add(
    what: string,
    at: string,
    contract: Readable,
    name: string,
    args: unknown[],
    value: unknown,
    field?: string,
  ): void {
    this.#gathered.push({ what, target: { at, interface: contract.interface }, name, args, field, value });
  }

  /** The account holds `value` of a currency; COIN is the chain's coin. */
  addHeld(what: string, account: string, currency: string, value: bigint): void {
    if (currency === COIN) this.add(what, this.#readerAt, this.#reader, "coinOf", [account], value);
    else this.add(what, currency, { interface: TOKEN }, "balanceOf", [account], value);
  }

  /** @throws AssertionError with the name of the first expectation that does not hold */
  async check(label: string): Promise<void> {
    const gathered = this.#gathered;
    this.#gathered = [];
    const targets = gathered.map(({ target }) => target.at);
    const calls = gathered.map(({ target, name, args }) => target.interface.encodeFunctionData(name, args));
    const answers: string[] = await this.#reader.read(targets, calls);
    for (const [index, { what, target, name, field, value }] of gathered.entries()) {
      const [answer] = target.interface.decodeFunctionResult(name, answers[index] as string);
      expect(field === undefined ? answer : answer[field], `${label}: ${what}`).to.equal(value);
    }
  }
}

export async function deployReader(): Promise<{ reader: ReaderContract; readerAt: string }> {
  const reader = (await ethers.deployContract("ManyReads")) as unknown as ReaderContract;
  return { reader, readerAt: await reader.getAddress() };
}
