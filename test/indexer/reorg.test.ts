import { expect } from "chai";
import { hasCode } from "../../common/errors.ts";
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

  it("rebuilds from the log after a reorg deeper than what was final", async () => {
    await driver.live(80);
    const index = await openIndex(database, anvil.deployment, anvil.url);
    await index.catchUp();
    expect(index.store.cursor.number - index.store.cursor.finalized).to.be.lessThan(70);
    await anvil.rpc("anvil_reorg", [75, []]);
    await driver.live(2);
    index.commits.length = 0;
    await index.catchUp();
    expect(index.commits[0]?.rebuilt).to.equal(true);
    expect(await dump(database)).to.deep.equal(await freshDump());
  });

  it("follows a chain that became shorter, once it stays so", async () => {
    const index = await openIndex(database, anvil.deployment, anvil.url);
    await index.catchUp();
    const before = await dump(database);
    const snapshot = await anvil.rpc("evm_snapshot");
    await driver.send(0, "LicenseToken", "publish", [driver.newWork(), driver.terms(), driver.offer(1n)]);
    await driver.live(4);
    await index.catchUp();
    expect(await dump(database)).not.to.deep.equal(before);
    await anvil.rpc("evm_revert", [snapshot]);
    await index.catchUp();
    expect(await dump(database)).to.deep.equal(before);
  });

  it("goes on after a restart in the middle of a backfill, and rebuilds for new projections without the chain", async () => {
    await forget(database);
    let index = await openIndex(database, anvil.deployment, anvil.url);
    await index.step();
    index = await openIndex(database, anvil.deployment, anvil.url);
    await index.catchUp();
    const rows = await dump(database);
    await database.exec("update chain.cursor set projection_version = 'older'; delete from market.work");
    await openIndex(database, anvil.deployment, "http://127.0.0.1:1");
    expect(await dump(database)).to.deep.equal(rows);
  });

  it("forgets a chain that was replaced, and sessions with it, but numbers what it says onwards", async () => {
    await database.exec("insert into app.session values ('hash', '0xabc', 0, 9999999999)");
    const [seq] = await database.query("select max(seq) as seq from chain.outbox");
    const other = { ...anvil.deployment, genesisHash: `0x${"1".repeat(64)}` };
    const index = await openIndex(database, other, anvil.url);
    expect(index.store.cursor.number).to.equal(other.deployBlock - 1);
    expect(await dump(database)).to.deep.equal([]);
    expect(await database.query("select * from app.session")).to.deep.equal([]);
    let refusal: unknown;
    await index.step().catch((error: unknown) => (refusal = error));
    expect(hasCode(refusal, "WRONG_CHAIN")).to.equal(true);
    const again = await openIndex(database, anvil.deployment, anvil.url);
    await again.catchUp();
    const [first] = await database.query("select min(seq) as seq from chain.outbox");
    expect(first?.seq).to.be.greaterThan(seq?.seq as number);
  });
});
