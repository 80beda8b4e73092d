import { expect } from "chai";
import { type Abi, type Address, encodeFunctionData, type Hex, parseEther, toHex, zeroAddress } from "viem";
import { epochRewardsAbi, licenseTokenAbi, royaltyLedgerAbi, workRegistryAbi } from "../../common/abi/index.ts";
import type { ContractName } from "../../indexer/chain/contract-events.ts";
import { hasCode } from "../../common/errors.ts";
import { Prng } from "../../common/prng.ts";
import { epochList } from "../../scripts/rewards/epoch-list.ts";
import { EPOCH_SECONDS } from "../../scripts/rewards/read-facts.ts";
import { type Anvil, startAnvilWithContracts } from "../indexer/support/anvil.ts";
import { MarketDriver } from "../indexer/support/market-driver.ts";

const ABIS: Record<string, Abi> = {
  EpochRewards: epochRewardsAbi,
  LicenseToken: licenseTokenAbi,
  RoyaltyLedger: royaltyLedgerAbi,
  WorkRegistry: workRegistryAbi,
};
const FUNDS = 1_000_000n;

describe("an epoch's rewards, recomputed from the chain", function () {
  this.timeout(120_000);
  let anvil: Anvil;
  let driver: MarketDriver;
  let accounts: Address[];
  before(async function () {
    const started = await startAnvilWithContracts();
    if (!started) return this.skip();
    anvil = started;
    accounts = (await anvil.rpc<Address[]>("eth_accounts")).map((account) => account.toLowerCase() as Address);
    driver = new MarketDriver(anvil, new Prng("rewards"));
  });
  after(() => anvil?.stop());

  /** Sends, mines, and fails unless the transaction succeeded. */
  async function send(from: number, contract: ContractName, functionName: string, args: unknown[], value = 0n) {
    const data = encodeFunctionData({ abi: ABIS[contract] as Abi, functionName, args });
    await sendData(from, anvil.deployment.contracts[contract] as Address, data, value);
  }
  async function sendData(from: number, to: Address, data: Hex, value: bigint) {
    const transaction = { from: accounts[from], to, data, value: toHex(value), gas: toHex(3_000_000) };
    const hash = await anvil.rpc<Hex>("eth_sendTransaction", [transaction]);
    await anvil.mine();
    const receipt = await anvil.rpc<{ status: Hex }>("eth_getTransactionReceipt", [hash]);
    expect(receipt.status, "status").to.equal("0x1");
  }
  async function pass(seconds: number) {
    await anvil.rpc("evm_increaseTime", [seconds]);
    await anvil.mine();
  }

  it("refuses an epoch that is not over", async () => {
    for (const epoch of [null, 1, 7]) {
      const error = await epochList(anvil.url, anvil.deployment, epoch).catch((thrown: unknown) => thrown);
      expect(hasCode(error, "EPOCH_NOT_ENDED"), String(error)).to.equal(true);
    }
  });

  it("makes a root that the contract takes, and proofs that pay each account its half at once", async () => {
    // Works 1 and 2 of accounts 1 and 2; 2 is given to 3 before the week ends, and his former owner's payments don't count.
    for (const creator of [1, 2]) {
      await send(creator, "LicenseToken", "publish", [
        driver.newWork(),
        driver.terms(0),
        driver.offer(parseEther("0.04")),
      ]);
    }
    const buy = (who: number, offer: bigint) =>
      send(who, "LicenseToken", "buy", [offer, accounts[who], parseEther("1")], parseEther("0.04"));
    for (const who of [4, 5, 6, 7]) await buy(who, 1n);
    await buy(1, 1n); // from himself
    await buy(8, 2n);
    await buy(2, 2n); // from himself, as whom the market knows at the end of the week too
    await send(9, "RoyaltyLedger", "pay", [1n, zeroAddress, parseEther("9")], parseEther("9")); // a gift
    await send(2, "WorkRegistry", "transferFrom", [accounts[2], accounts[3], 2n]);
    await send(0, "EpochRewards", "fund", [zeroAddress, FUNDS], FUNDS);
    await pass(EPOCH_SECONDS);
    await buy(9, 2n); // of the second week

    const list = await epochList(anvil.url, anvil.deployment, null);
    expect(list.epoch).to.equal(1);
    const shares = new Map(list.shares.map(({ account, total }) => [account, total]));
    expect(shares).to.deep.equal(
      new Map([
        [accounts[1], (FUNDS * 7n * 4n) / 50n],
        [accounts[3], (FUNDS * 7n) / 50n],
      ]),
    );
    expect(list.totals).to.deep.equal([{ currency: zeroAddress, given: "700000", total: "700000" }]);
    expect(list.posted).to.deep.equal([]);
    if (!list.post || !list.tree) throw new Error("there is something to post");
    await sendData(9, list.post.to, list.post.data, list.post.value);
    await send(9, "EpochRewards", "post", [1, `0x${"13".repeat(32)}`, list.inputs, [], []], list.post.value);

    const again = await epochList(anvil.url, anvil.deployment, 1);
    expect(again.inputs).to.equal(list.inputs);
    expect(again.posted.map(({ index, status, agrees }) => [index, status, agrees])).to.deep.equal([
      [0, "posted", true],
      [1, "posted", false],
    ]);
    await pass(3 * 24 * 60 * 60 + 1);
    await send(0, "EpochRewards", "poke", [0n, 0n]);
    for (const [index, { account, currency, total }] of list.shares.entries()) {
      await send(0, "EpochRewards", "claim", [0n, 0n, account, currency, total, list.tree.proof(index)]);
      expect(await driver.read("EpochRewards", "creditOf", [account, currency])).to.equal(total / 2n);
    }

    // The next week goes on from what the first one gave.
    await pass(EPOCH_SECONDS);
    const second = await epochList(anvil.url, anvil.deployment, 2);
    // 300,000 were kept, and 70 % of them go to account 3, whose work was the only one bought.
    expect(second.totals).to.deep.equal([{ currency: zeroAddress, given: "210000", total: "910000" }]);
    const third = second.shares.find(({ account }) => account === accounts[3]);
    expect(third?.total).to.equal(140_000n + 210_000n);
  });
});
