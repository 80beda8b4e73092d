import { expect } from "chai";
import { createPublicClient, http } from "viem";
import type { Deployment } from "../../common/config.ts";
import { MarketChain } from "../../gen-node/ops/market-chain.ts";
import { type DevChain, startDevChain } from "../../scripts/dev-chain/index.ts";

describe("the clock a node counts deadlines on", function () {
  this.timeout(20_000);
  let chain: DevChain;
  before(async () => {
    chain = await startDevChain({ test: true });
  });
  after(() => chain.stop());

  it("goes on while a quiet chain mines nothing, or time-outs would never be noticed", async () => {
    const client = createPublicClient({ transport: http(chain.url) });
    const none = `0x${"00".repeat(20)}`;
    const contracts = { JobMarket: none } as Deployment["contracts"];
    const market = new MarketChain(client, { contracts } as Deployment);
    const before = await market.now();
    const head = await client.getBlock();
    await client.request({ method: "evm_increaseTime", params: [3600] } as never);
    expect(await client.getBlock()).to.include({ number: head.number, timestamp: head.timestamp });
    expect((await market.now()) - before).to.be.within(3600, 3620);
  });
});
