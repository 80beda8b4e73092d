import { expect } from "chai";
import { Prng } from "../../common/prng.ts";
import type { Database, Sql } from "../../indexer/db/database.ts";
import { FakeChain, fakeDeployment } from "./support/fake-chain.ts";
import { dump, forget, memoryDatabase, openIndex, type TestIndex } from "./support/index-of.ts";

/** Histories per run; a longer hunt: SIMULATIONS=1000 SEED=mine. */
const HISTORIES = Number(process.env.SIMULATIONS ?? 8);
const SEED = process.env.SEED ?? "colophon";

/** A database that fails now and then in the middle of a transaction. */
function unreliable(database: Database, prng: Prng, chance: () => number): Database {
  const wrap = (sql: Sql): Sql => ({
    exec: (text) => sql.exec(text),
    async query(text, values) {
      if (prng.float() < chance()) throw new Error("the database is away");
      return sql.query(text, values);
    },
  });
  return {
    engine: database.engine,
    query: (text, values) => database.query(text, values),
    exec: (text) => database.exec(text),
    async tx(work) {
      const result = await database.tx((sql) => work(wrap(sql)));
      if (prng.float() < chance()) throw new Error("the database is away, and nobody knows whether it committed");
      return result;
    },
    onLost: (listener) => database.onLost(listener),
    close: () => database.close(),
  };
}

describe("an index of a chain where everything goes wrong", function () {
  this.timeout(600_000);
  let database: Database;
  before(async () => {
    database = await memoryDatabase();
  });
  after(() => database?.close());

  it('says "read everything again" after a commit that it could not tell of', async () => {
    await forget(database);
    const chain = new FakeChain(new Prng("untold"));
    chain.grow(20);
    let failures = 2;
    const index = await openIndex(database, fakeDeployment, chain, () => {
      if (failures-- > 0) throw new Error("nobody listens");
    });
    const errors: string[] = [];
    const step = () => index.step().catch((error: Error) => void errors.push(error.message));
    await step();
    await step();
    expect(errors).to.deep.equal(["nobody listens", "nobody listens"]);
    await step();
    expect(index.commits[0]).to.include({ rebuilt: true });
    expect(index.store.cursor.number).to.equal(20);
  });

  for (let history = 0; history < HISTORIES; history++) {
    it(`equals a fresh index after forks, errors, lies and restarts (history ${history})`, async () => {
      const prng = new Prng(`${SEED} ${history}`);
      const chain = new FakeChain(prng);
      let failing = 0;
      const shaky = unreliable(database, prng, () => failing);
      await forget(database);
      chain.grow(10 + prng.below(60));
      let index: TestIndex = await openIndex(shaky, fakeDeployment, chain);
      for (let turn = 0; turn < 12; turn++) {
        chain.faults = { error: 0.03, move: 0.06, finality: 3 + prng.below(8), depth: 9 };
        failing = 0.02;
        for (let step = 0; step < 4; step++) {
          try {
            await index.step();
          } catch (error) {
            expect((error as Error).message).to.match(/is away|chain moved/);
          }
        }
        failing = 0;
        if (prng.below(3) === 0) index = await openIndex(shaky, fakeDeployment, chain);
        if (prng.below(2) === 0) chain.fork(1 + prng.below(12), prng.below(14));
        else chain.grow(prng.below(4));
      }
      chain.faults = { error: 0, move: 0, finality: 4, depth: 0 };
      chain.grow(1);
      await index.catchUp();
      const followed = await dump(database);
      await forget(database);
      const fresh = await openIndex(database, fakeDeployment, chain);
      await fresh.catchUp();
      expect(followed).to.deep.equal(await dump(database));
      expect(followed.length).to.be.greaterThan(0);
    });
  }
});
