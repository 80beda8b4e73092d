import { expect } from "chai";
import { accountSchema, jobSchema, workDetailSchema } from "../../common/api/schemas.ts";
import { Prng } from "../../common/prng.ts";
import { accountOf } from "../../indexer/api/queries/account.ts";
import { jobsWhere } from "../../indexer/api/queries/jobs.ts";
import { licensesWhere } from "../../indexer/api/queries/offers.ts";
import { workDetail } from "../../indexer/api/queries/work-detail.ts";
import { workPage } from "../../indexer/api/queries/work-list.ts";
import type { StoredEvent } from "../../indexer/chain/stored-event.ts";
import type { Database } from "../../indexer/db/database.ts";
import { FactsKeeper } from "../../indexer/facts/facts-keeper.ts";
import { Lookalikes } from "../../indexer/facts/lookalikes.ts";
import { balanceTable, splitTable } from "../../indexer/projections/ledger.ts";
import { licenseTable, offerTable } from "../../indexer/projections/licensing.ts";
import { checkTable } from "../../indexer/projections/jobs.ts";
import { workTable } from "../../indexer/projections/works.ts";
import { FakeChain, fakeDeployment } from "./support/fake-chain.ts";
import { memoryDatabase, openIndex, type TestIndex } from "./support/index-of.ts";

const NOW = 1_700_000_000;

/** Events of some names in the log. */
async function eventsOf(database: Database, ...names: string[]): Promise<StoredEvent[]> {
  return (
    await database.query("select name, args, block, log_index from chain.event order by block, log_index")
  ).filter((event) => names.includes(event.name as string)) as unknown as StoredEvent[];
}

describe("what the API says after rulings and splits", function () {
  this.timeout(120_000);
  let database: Database;
  let index: TestIndex;
  before(async () => {
    database = await memoryDatabase();
    const chain = new FakeChain(new Prng("rulings"));
    chain.grow(700);
    index = await openIndex(database, fakeDeployment, chain);
    await index.catchUp();
  });
  after(() => database?.close());

  it("closes the offers of blocked works, everywhere", async () => {
    const works = await workTable.selectAll(database);
    const offered = new Set((await offerTable.selectAll(database)).map(({ work }) => work));
    const blocked = works.filter((work) => work.blocked && offered.has(work.id));
    expect(blocked.length).to.be.greaterThan(3);
    const keeper = new FactsKeeper(database, new Lookalikes());
    await keeper.load();
    const cheap = await workPage(database, keeper.facts, { sort: "cheap", limit: 1000 }, NOW);
    for (const { id } of blocked) {
      const detail = workDetailSchema.parse(await workDetail(database, id, NOW));
      expect(detail.blocked).to.equal(true);
      expect([detail.price, detail.remixable]).to.deep.equal([null, false]);
      expect(detail.offers.map(({ closed }) => closed)).to.not.include(false);
      expect(keeper.facts.offersOfWork(id).map(({ closed }) => closed)).to.not.include(false);
      expect(cheap.ids).to.not.include(id);
    }
  });

  it("opens and closes a work's offers with it, in the facts too", async () => {
    const keeper = new FactsKeeper(database, new Lookalikes());
    await keeper.load();
    const open = (await offerTable.selectAll(database)).find(({ closed }) => !closed);
    const work = (await workTable.selectAll(database)).find(({ id }) => id === open?.work);
    if (!open || !work) throw new Error("the history has no open offer");
    for (const blocked of [true, false]) {
      const change = { table: workTable, key: workTable.keyFrom([work.id]), row: { ...work, blocked } };
      await keeper.apply({ changes: [change], rebuilt: false, announced: [] } as unknown as Parameters<
        typeof keeper.apply
      >[0]);
      expect(keeper.facts.offer(open.id)?.closed).to.equal(blocked);
    }
  });

  it("pays the payees of a split, not the owner, and shows each account's balance in the ledger", async () => {
    const splits = await splitTable.selectAll(database);
    const balances = await balanceTable.selectAll(database);
    expect(splits.length).to.be.greaterThan(3);
    expect(balances.some(({ amount }) => amount > 0n)).to.equal(true);
    const payees = new Set(splits.flatMap((split) => split.payees));
    for (const address of payees) {
      const account = accountSchema.parse(await accountOf(database, address, NOW));
      const own = splits.filter((split) => split.payees.includes(address)).map(({ work }) => work);
      expect(account.splits.map(({ work }) => work.id)).to.have.members(own);
      const shared = new Set(splits.map(({ work }) => work));
      expect(account.earnings.filter(({ work }) => shared.has(work.id))).to.deep.equal([]);
      const expected = balances.filter((row) => row.account === address && row.amount > 0n);
      expect(account.ledgerBalances.map(({ amount }) => amount)).to.have.members(
        expected.map(({ amount }) => String(amount)),
      );
    }
    const [split] = splits;
    const detail = await workDetail(database, split?.work ?? "", NOW);
    expect(detail?.split).to.deep.equal({ payees: split?.payees, ppm: split?.ppm });
  });

  it("counts an account's ledger balance as the sum of what was credited less what was withdrawn", async () => {
    const sums = new Map<string, bigint>();
    for (const { name, args } of await eventsOf(database, "RoyaltyLedger.Credited", "RoyaltyLedger.Withdrawn")) {
      const { account, currency, amount } = args as { account: string; currency: string; amount: string };
      const key = `${account} ${currency}`;
      const sign = name.endsWith("Credited") ? 1n : -1n;
      sums.set(key, (sums.get(key) ?? 0n) + sign * BigInt(amount));
    }
    const rows = await balanceTable.selectAll(database);
    expect(new Map(rows.map((row) => [`${row.account} ${row.currency}`, row.amount]))).to.deep.equal(sums);
  });

  it("shows the share that an offer and a license carry, and works sold on the market place", async () => {
    const offers = new Map((await offerTable.selectAll(database)).map((row) => [row.id, row]));
    const licenses = await licensesWhere(database, "true", []);
    expect(licenses.length).to.be.greaterThan(3);
    const rows = new Map((await licenseTable.selectAll(database)).map((row) => [row.id, row]));
    for (const license of licenses) {
      expect(license.derivativeShare).to.equal(rows.get(license.id)?.derivative_share);
    }
    const detail = await workDetail(database, [...offers.values()][0]?.work ?? "", NOW);
    for (const offer of detail?.offers ?? []) {
      expect(offer.derivativeShare).to.equal(offers.get(offer.id)?.derivative_share);
    }
    const registry = fakeDeployment.contracts.WorkRegistry.toLowerCase();
    const [sale, foreign] = await Promise.all(
      [true, false].map(async (ours) =>
        (await eventsOf(database, "Marketplace.OrderFilled")).find(
          ({ args }) => ((args as { asset: string }).asset === registry) === ours,
        ),
      ),
    );
    if (!sale || !foreign) throw new Error("the history has no sale");
    const toldOf = async (event: StoredEvent) => {
      const place = [event.block, (event as unknown as { log_index: number }).log_index];
      return database.query("select type from market.history where block = $1 and log_index = $2", place);
    };
    expect(await toldOf(sale)).to.deep.equal([{ type: "sold" }]);
    expect(await toldOf(foreign)).to.deep.equal([]);
    const auctions = await database.query("select 1 from market.history where evidence ->> 'event' = 'AuctionSold'");
    expect(auctions.length).to.be.greaterThan(0);
  });

  it("tells where each checked job's check is", async () => {
    const checks = new Map((await checkTable.selectAll(database)).map((row) => [row.job, row]));
    const jobs = await jobsWhere(database, "true", [], 1000);
    expect(checks.size).to.be.greaterThan(3);
    for (const job of jobs) {
      jobSchema.parse(job);
      expect(job.check?.stage ?? null, `job ${job.id}`).to.equal(checks.get(job.id)?.stage ?? null);
    }
  });
});
