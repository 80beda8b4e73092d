import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type DevChain, startDevChain } from "../../scripts/dev-chain/index.ts";
import { account, call, clientOf, rpc, send, signTransfer } from "./wallet.ts";

const SINK = "0x00000000000000000000000000000000000000aa";
const now = () => Math.floor(Date.now() / 1000);
const DAY = 86_400;
/** Initialisation code that succeeds only in a block later than `time`: TIMESTAMP PUSH4 time LT JUMPI, else REVERT. */
const onlyAfter = (time: number) => `0x4263${time.toString(16).padStart(8, "0")}10600d575f5ffd5b00`;

describe("the local chain's clock", function () {
  this.timeout(20_000);
  let dataDir: string;
  let chain: DevChain;
  let nonce = 0;

  const timeOfTransfer = async (): Promise<number> => {
    const hash = await send(chain.url, await signTransfer(5, nonce++, SINK, 1n));
    const client = clientOf(chain.url);
    const { blockNumber } = await client.getTransactionReceipt({ hash });
    return Number((await client.getBlock({ blockNumber })).timestamp);
  };

  before(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), "colophon-clock-"));
    chain = await startDevChain({ dataDir, historyDays: 60 });
  });
  after(async () => {
    await chain.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it("begins sixty days ago and stands still there", async () => {
    const genesis = await clientOf(chain.url).getBlock({ blockNumber: 0n });
    expect(now() - Number(genesis.timestamp)).to.be.within(60 * DAY, 60 * DAY + 30);
    expect(await timeOfTransfer()).to.equal(Number(genesis.timestamp));
  });

  it("gives blocks the time that the history's writer sets, in simulations too", async () => {
    const time = now() - 30 * DAY;
    await call(chain.url, "colophon_setNextTimestamp", [time]);
    const probe = { from: account(5).address };
    expect((await rpc(chain.url, "eth_estimateGas", [{ ...probe, data: onlyAfter(time - 1) }])).error).to.equal(
      undefined,
    );
    expect((await rpc(chain.url, "eth_estimateGas", [{ ...probe, data: onlyAfter(time) }])).error).to.not.equal(
      undefined,
    );
    expect(await timeOfTransfer()).to.equal(time);
    expect(await timeOfTransfer()).to.equal(time);
  });

  it("refuses to go back, beyond now, or to nonsense", async () => {
    for (const time of [now() - 31 * DAY, now() + 60, 1.5, null]) {
      const { error } = await rpc(chain.url, "colophon_setNextTimestamp", [time]);
      expect(error?.data).to.deep.equal({ code: "BAD_TIMESTAMP" });
    }
  });

  it("keeps history open over kill -9", async () => {
    await chain.stop("SIGKILL");
    chain = await startDevChain({ dataDir, historyDays: 60 });
    const time = now() - 10 * DAY;
    await call(chain.url, "colophon_setNextTimestamp", [time]);
    expect(await timeOfTransfer()).to.equal(time);
  });

  it("takes real time once the history is sealed, for ever", async () => {
    const refused = async () => {
      const { error } = await rpc(chain.url, "colophon_setNextTimestamp", [now()]);
      expect(error?.data).to.deep.equal({ code: "HISTORY_SEALED" });
    };
    await call(chain.url, "colophon_sealHistory");
    const { timestamp, number } = await clientOf(chain.url).getBlock();
    expect(Number(timestamp)).to.be.within(now() - 2, now());
    await refused();
    await call(chain.url, "colophon_sealHistory");
    expect(await clientOf(chain.url).getBlockNumber(), "sealing twice is once").to.equal(number);
    await chain.stop("SIGKILL");
    chain = await startDevChain({ dataDir, historyDays: 60 });
    await refused();
    expect(await timeOfTransfer()).to.be.within(now() - 2, now());
    await chain.stop();
    chain = await startDevChain({ dataDir, historyDays: 60 });
    await refused();
  });

  it("simulates at the present moment although the head is older", async () => {
    const head = Number((await clientOf(chain.url).getBlock()).timestamp);
    const seen = async () =>
      Number(await call<string>(chain.url, "eth_call", [{ data: "0x425f5260205ff3" }, "latest"]));
    while (now() <= head) await new Promise((resolve) => setImmediate(resolve));
    expect(await seen()).to.be.greaterThan(head);
    expect(await seen()).to.be.within(now() - 1, now());
  });
});
