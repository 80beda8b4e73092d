import { expect } from "chai";
import { Prng } from "../../common/prng.ts";
import type { Database } from "../../indexer/db/database.ts";
import { type Anvil, startAnvilWithContracts } from "./support/anvil.ts";
import { dump, forget, memoryDatabase, openIndex } from "./support/index-of.ts";
import { MarketDriver } from "./support/market-driver.ts";

describe("an index on a chain that reorganizes", function () {
  this.timeout(120_000);
  let anvil: Anvil;
  let database: Database;
  let driver: MarketDriver;

  before(async function () {
    const started = await startAnvilWithContracts();
    if (!started) return this.skip();
    anvil = started;
    database = await memoryDatabase();
    driver = new MarketDriver(anvil, new Prng("reorg"));
    await driver.live(40);
  });
  after(async () => {
    await database?.close();
    await anvil?.stop();
  });

  async function freshDump(): Promise<string[]> {
    await forget(database);
    const fresh = await openIndex(database, anvil.deployment, anvil.url);
    await fresh.catchUp();
    return dump(database);
  }

  it("equals a fresh index after a reorg of every depth from 1 to 20", async () => {
    let index = await openIndex(database, anvil.deployment, anvil.url);
    await index.catchUp();
    for (let depth = 1; depth <= 20; depth++) {
      await driver.live(3);
      await index.catchUp();
      await anvil.rpc("anvil_reorg", [depth, []]);
      await driver.live(2);
      index.commits.length = 0;
      await index.catchUp();
      expect(index.commits[0]?.rebuilt, `depth ${depth} is undone by pre-images`).to.equal(false);
      expect(index.commits[0]?.announced.every((event) => event.retracts !== null)).to.equal(true);
      const followed = await dump(database);
      const fresh = await freshDump();
      expect(followed, `depth ${depth}`).to.deep.equal(fresh);
      index = await openIndex(database, anvil.deployment, anvil.url);
    }
    expect((await dump(database)).length).to.be.greaterThan(100);
  });
});
