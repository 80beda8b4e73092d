import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Hash, type Hex, TransactionReceiptNotFoundError } from "viem";
import { Prng } from "../../common/prng.ts";
import { type DevChain, startDevChain } from "../../scripts/dev-chain/index.ts";
import { account, call, clientOf, send, signTransfer } from "./wallet.ts";

const ROUNDS = 8;
const SENDERS = [2, 3, 4];
const sink = (sender: number): Hex => `0x${sender.toString(16).padStart(40, "5")}`;

type Acknowledged = { hash: Hash; sender: number; value: bigint; blockHash: Hash | null };
type Status = { enginePid: number; head: { number: number; hash: Hash } };

describe("the local chain under kill -9", function () {
  this.timeout(60_000);
  let dataDir: string;
  let chain: DevChain;
  const acknowledged: Acknowledged[] = [];

  before(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), "colophon-kill-"));
    chain = await startDevChain({ dataDir });
  });
  after(async () => {
    await chain.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Sends from one wallet until the chain dies under it or `enough` says stop; what was acknowledged is noted. */
  async function stream(sender: number, round: number, enough: () => boolean): Promise<void> {
    const client = clientOf(chain.url);
    let nonce = await client.getTransactionCount({ address: account(sender).address });
    for (let i = 1; !enough(); i++) {
      const value = BigInt(round * 1000 + i);
      const raw = await signTransfer(sender, nonce, sink(sender), value);
      const entry: Acknowledged = { hash: "0x", sender, value, blockHash: null };
      try {
        entry.hash = await send(chain.url, raw);
        acknowledged.push(entry);
        entry.blockHash = (await client.getTransactionReceipt({ hash: entry.hash })).blockHash;
      } catch (error) {
        if (error instanceof TransactionReceiptNotFoundError) throw error;
        return; // the chain's process is gone
      }
      nonce += 1;
    }
  }

  for (let round = 1; round <= ROUNDS; round++) {
    const prng = new Prng(`kill ${round}`);
    const victim = round % 2 === 1 ? "the front" : "the engine";
    const acks = 1 + prng.below(40);
    it(`round ${round}: ${victim} dies after ${acks} acknowledgements, nothing acknowledged is lost`, async () => {
      const start = acknowledged.length;
      const { enginePid } = await call<Status>(chain.url, "colophon_status");
      const kill = () => process.kill(victim === "the front" ? chain.pid : enginePid, "SIGKILL");
      let killed = false;
      const enough = () => {
        if (!killed && acknowledged.length - start >= acks) {
          killed = true;
          kill();
        }
        return acknowledged.length - start >= acks + 15;
      };
      await Promise.all(SENDERS.map((sender) => stream(sender, round, enough)));
      expect(killed).to.equal(true);
      if (victim === "the front") {
        await chain.stop();
        chain = await startDevChain({ dataDir });
      } else {
        expect(acknowledged.length - start, "the front went on by itself").to.be.at.least(acks + 15);
        expect((await call<Status>(chain.url, "colophon_status")).enginePid).to.not.equal(enginePid);
      }

      const client = clientOf(chain.url);
      for (const { hash, blockHash } of acknowledged.slice(start)) {
        const receipt = await client.getTransactionReceipt({ hash });
        expect(receipt.status).to.equal("success");
        if (blockHash) expect(receipt.blockHash, "same block after the replay").to.equal(blockHash);
      }
    });
  }

  it("afterwards every wallet's books agree with what was acknowledged, and block time never went back", async () => {
    const client = clientOf(chain.url);
    const head = await client.getBlock();
    const received = new Map<string, bigint>();
    const mined = new Set<Hash>();
    let parent: { hash: Hash; timestamp: bigint } = await client.getBlock({ blockNumber: 0n });
    for (let number = 1n; number <= head.number; number++) {
      const block = await client.getBlock({ blockNumber: number, includeTransactions: true });
      expect(block.parentHash).to.equal(parent.hash);
      expect(block.timestamp >= parent.timestamp, "time goes on").to.equal(true);
      for (const tx of block.transactions) {
        expect(mined.has(tx.hash)).to.equal(false);
        mined.add(tx.hash);
        received.set(tx.to ?? "", (received.get(tx.to ?? "") ?? 0n) + tx.value);
      }
      parent = block;
    }
    expect(head.timestamp <= BigInt(Math.ceil(Date.now() / 1000)), "time does not run ahead").to.equal(true);
    expect(acknowledged.length).to.be.greaterThan(ROUNDS);
    for (const { hash } of acknowledged) expect(mined.has(hash)).to.equal(true);
    for (const sender of SENDERS) {
      const sum = acknowledged.reduce((total, entry) => (entry.sender === sender ? total + entry.value : total), 0n);
      const balance = await client.getBalance({ address: sink(sender) });
      expect(balance >= sum).to.equal(true);
      expect(balance).to.equal(received.get(sink(sender)) ?? 0n);
    }
  });

  it("a clean stop and start keeps the head", async () => {
    const before = await call<Status>(chain.url, "colophon_status");
    await chain.stop();
    chain = await startDevChain({ dataDir });
    const after = await call<Status>(chain.url, "colophon_status");
    expect(after.head).to.deep.equal(before.head);
  });
});
