import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Hash } from "viem";
import { type DevChain, startDevChain } from "../../scripts/dev-chain/index.ts";
import { call, clientOf, send, signTransfer } from "./wallet.ts";

const SINK = "0x00000000000000000000000000000000000000cc";

describe("a local chain for tests", function () {
  this.timeout(30_000);
  let dataDir: string;
  let chain: DevChain;

  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), "colophon-test-mode-"));
  });
  afterEach(async () => {
    await chain.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it("reorganises, and keeps the new branch over kill -9", async () => {
    chain = await startDevChain({ dataDir, test: true });
    for (let nonce = 0; nonce < 6; nonce++) await send(chain.url, await signTransfer(8, nonce, SINK, 1n));
    const client = clientOf(chain.url);
    const old = await client.getBlock();
    const kept = await client.getBlock({ blockNumber: old.number - 4n });
    await call(chain.url, "anvil_reorg", [4, []]);
    const branch = await client.getBlock();
    expect(branch.number).to.equal(old.number);
    expect(branch.hash).to.not.equal(old.hash);
    const back = await client.getTransactionCount({
      address: (await client.getTransaction({ hash: kept.transactions[0] ?? "0x" })).from,
    });
    expect(back).to.equal(2);

    await send(chain.url, await signTransfer(8, 2, SINK, 9n));
    const after = await client.getBlock();
    await chain.stop("SIGKILL");
    chain = await startDevChain({ dataDir, test: true });
    const again = clientOf(chain.url);
    expect((await again.getBlock()).hash).to.equal(after.hash);
    expect((await again.getBlock({ blockNumber: branch.number })).hash).to.equal(branch.hash);
    expect(await again.getBalance({ address: SINK })).to.equal(2n + 9n);
  });

  it("moves its clock forward, and keeps it there over kill -9", async () => {
    chain = await startDevChain({ dataDir, test: true });
    await call(chain.url, "evm_increaseTime", [86_400]);
    await call(chain.url, "evm_mine");
    const tomorrow = async () => Number((await clientOf(chain.url).getBlock()).timestamp) - Date.now() / 1000;
    expect(await tomorrow()).to.be.within(86_390, 86_410);
    await chain.stop("SIGKILL");
    chain = await startDevChain({ dataDir, test: true });
    await call(chain.url, "evm_mine");
    expect(await tomorrow()).to.be.within(86_390, 86_410);
  });

  it("runs on Hardhat's network too, and keeps acknowledged transactions over kill -9", async () => {
    chain = await startDevChain({ dataDir, engine: "hardhat" });
    const hashes: Hash[] = [];
    for (let nonce = 0; nonce < 3; nonce++) hashes.push(await send(chain.url, await signTransfer(8, nonce, SINK, 7n)));
    const head = await clientOf(chain.url).getBlock();
    await chain.stop("SIGKILL");
    chain = await startDevChain({ dataDir, engine: "hardhat" });
    const client = clientOf(chain.url);
    for (const hash of hashes) expect((await client.getTransactionReceipt({ hash })).status).to.equal("success");
    expect(await client.getBalance({ address: SINK })).to.equal(21n);
    expect((await client.getBlock()).hash, "Hardhat's network replays to equal hashes").to.equal(head.hash);
  });
});
