import { expect } from "chai";
import fc from "fast-check";
import { trendsSchema } from "../../../common/api/schemas.ts";
import { computeTrends, DecayedSum } from "../../../indexer/trends/index.ts";
import {
  DAY,
  factsOf,
  jobFact,
  licenseFact,
  NOW,
  offerFact,
  type Rows,
  syntheticRows,
  wallet,
  workFact,
} from "../recommend/synthetic-market.ts";

const ETH = 10n ** 18n;

/** Sales that count, weighed from first principles: quadratic, no decayed sums. */
function bruteForce(rows: Rows, window: number) {
  const creatorOf = (id: string) => rows.works.find((work) => work.id === id)?.creator;
  const genuine = rows.licenses
    .filter((license) => license.issuedAt <= NOW && creatorOf(license.workId) !== license.holder)
    .toSorted((a, b) => a.issuedAt - b.issuedAt || Number(a.id) - Number(b.id));
  const trust = (buyer: string) => {
    const own = genuine.filter((license) => license.holder === buyer);
    const works = new Set(own.map((license) => license.workId)).size;
    const soldTo = (creator: string | undefined) =>
      genuine.some((license) => license.holder === creator && creatorOf(license.workId) === buyer);
    const empty = own.filter(
      (license, place) =>
        own.findIndex((row) => row.workId === license.workId) < place || soldTo(creatorOf(license.workId)),
    );
    const selfDealt = rows.licenses.filter((row) => row.holder === buyer && creatorOf(row.workId) === buyer);
    return works / (works + empty.length + selfDealt.length);
  };
  const inWindow = genuine.filter((license) => license.issuedAt > NOW - window);
  return inWindow.map((license, place) => {
    const earlier = inWindow.slice(0, place).filter((row) => row.holder === license.holder);
    const again = earlier.some((row) => row.workId === license.workId);
    const creator = creatorOf(license.workId);
    const before = new Set(earlier.filter((row) => creatorOf(row.workId) === creator).map((row) => row.workId));
    const decay = Math.exp((-Math.LN2 * (NOW - license.issuedAt)) / (window / 4));
    const worth = license.price === 0n ? 0.25 : 1;
    return { license, creator, gain: again ? 0 : worth * (trust(license.holder) / (before.size + 1)) * decay };
  });
}

describe("decayed sums", () => {
  it("equal the sum of exponentials in any order of arrival, also after taking events back", () => {
    const events = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 400 * DAY }), fc.double({ min: 0.1, max: 9, noNaN: true })),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(events, fc.integer({ min: 3600, max: 60 * DAY }), (list, halfLife) => {
        const sum = new DecayedSum(halfLife);
        for (const [time, weight] of list) sum.add(time, weight);
        sum.add(5 * DAY, 3);
        sum.add(5 * DAY, -3);
        const now = 400 * DAY;
        const expected = list.reduce((s, [time, w]) => s + w * Math.exp((-Math.LN2 * (now - time)) / halfLife), 0);
        expect(sum.at(now)).to.be.closeTo(expected, 1e-9 * (1 + expected));
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it("survive years between events", () => {
    const sum = new DecayedSum(3600);
    sum.add(0, 1);
    sum.add(50 * 365 * DAY, 1);
    expect(sum.at(50 * 365 * DAY)).to.equal(1);
    expect(sum.at(50 * 365 * DAY + 3600)).to.be.closeTo(0.5, 1e-9);
  });
});

describe("trends", () => {
  it("equal brute force over the sales", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom(7, 30, 90), (seed, days) => {
        const rows = syntheticRows(`trends ${seed}`, { licenses: 250 });
        const window = days * DAY;
        const trends = computeTrends(factsOf(rows), { window, now: NOW });
        const sales = bruteForce(rows, window);
        const sum = (list: typeof sales) => list.reduce((total, sale) => total + sale.gain, 0);
        const wei = (list: typeof sales) => list.reduce((total, sale) => total + sale.license.price, 0n).toString();

        expect(trends.totals.licenses).to.equal(sales.length);
        expect(trends.totals.volumeWei).to.equal(wei(sales));
        expect(trends.totals.buyers).to.equal(new Set(sales.map((sale) => sale.license.holder)).size);
        for (const creator of trends.creators) {
          const own = sales.filter((sale) => sale.creator === creator.address);
          expect(creator.score).to.be.closeTo(sum(own), 1e-9);
          expect(creator.licenses).to.equal(own.length);
          expect(creator.volumeWei).to.equal(wei(own));
        }
        for (const { workId, score, licenses } of trends.works_rising) {
          expect(rows.works.find((work) => work.id === workId)?.kind).not.to.equal("model");
          const own = sales.filter((sale) => sale.license.workId === workId);
          expect(score).to.be.closeTo(sum(own), 1e-9);
          expect(licenses).to.equal(own.length);
        }
        for (const tag of trends.tags) {
          const tagged = new Set(
            rows.works.filter((work) => work.kind !== "model" && work.tags.includes(tag.tag)).map((work) => work.id),
          );
          const made = rows.works.filter((work) => tagged.has(work.id) && work.registeredAt > NOW - window);
          const decayed = made.map((work) => 0.25 * 2 ** (-(NOW - work.registeredAt) / (window / 4)));
          const own = sales.filter((sale) => tagged.has(sale.license.workId));
          expect(tag.score).to.be.closeTo(sum(own) + decayed.reduce((a, b) => a + b, 0), 1e-9);
          expect([tag.works, tag.licenses]).to.deep.equal([made.length, own.length]);
        }
      }),
      { numRuns: 20, seed: 5 },
    );
  }).timeout(30_000);

  it("add up: series and kinds hold what the totals say", () => {
    const rows = syntheticRows("sums", { licenses: 400 });
    for (const days of [7, 30, 90]) {
      const trends = computeTrends(factsOf(rows), { window: days * DAY, now: NOW });
      const add = (points: { value: number }[]) => points.reduce((total, point) => total + point.value, 0);
      expect(add(trends.licenses)).to.equal(trends.totals.licenses);
      expect(add(trends.works)).to.equal(trends.totals.works);
      expect(add(trends.volume)).to.be.closeTo(Number(BigInt(trends.totals.volumeWei)) / Number(ETH), 1e-9);
      expect(trends.kinds.reduce((total, row) => total + BigInt(row.volumeWei), 0n).toString()).to.equal(
        trends.totals.volumeWei,
      );
      expect(trends.kinds.reduce((total, row) => total + row.works, 0)).to.equal(trends.totals.works);
      expect(trends.licenses.length * trends.bucket).to.equal(trends.window);
      const times = trends.licenses.map((point) => point.time);
      expect(times[0]).to.equal(NOW - days * DAY);
      expect(times.at(-1)).to.equal(NOW - trends.bucket);
      trendsSchema.omit({ works_rising: true }).parse(trends);
    }
  });

  it("give quartiles of the prices in a bucket", () => {
    const rows = {
      works: [workFact(1)],
      offers: [offerFact(1, 1)],
      licenses: [1, 2, 3, 4].map((n) => licenseFact(n, 1, wallet(20 + n), { price: BigInt(n) * ETH, issuedAt: NOW })),
    };
    const { prices } = computeTrends(factsOf(rows), { window: 7 * DAY, now: NOW });
    expect(prices).to.deep.equal([{ time: NOW - 6 * 3600, p25: 1.75, median: 2.5, p75: 3.25, count: 4 }]);
  });

  it("leave out trades with oneself and do not let one wallet lift a work by buying again", () => {
    const works = [1, 2, 3].map((id) => workFact(id, { creator: wallet(id), tags: ["t"] }));
    const again = Array.from({ length: 9 }, (_, n) => licenseFact(10 + n, 1, wallet(20)));
    const pair = [licenseFact(30, 2, wallet(21)), licenseFact(31, 2, wallet(22))];
    const own = [licenseFact(40, 3, wallet(3)), licenseFact(41, 3, wallet(50), { payer: wallet(3) })];
    const trends = computeTrends(factsOf({ works, licenses: [...again, ...pair, ...own] }), {
      window: 7 * DAY,
      now: NOW,
    });
    expect(trends.totals.licenses).to.equal(11);
    expect(trends.totals.buyers).to.equal(3);
    expect(trends.works_rising.map((row) => row.workId)).to.deep.equal(["2", "1"]);
    const [first, second] = trends.works_rising;
    expect((second?.score ?? 0) / (first?.score ?? 1)).to.be.closeTo(1 / 9 / 2, 1e-9);
  });

  it("count only jobs settled and works registered in the window", () => {
    const works = [workFact(1, { registeredAt: NOW - 8 * DAY }), workFact(2, { registeredAt: NOW - DAY })];
    const edges = [{ childId: "2", parentId: "1", licenseId: "1", evidence: workFact(9).evidence }];
    const jobs = [
      jobFact(1),
      jobFact(2, { settledAt: NOW - 9 * DAY }),
      jobFact(3, { settledAt: null, status: "posted" }),
    ];
    const { totals } = computeTrends(factsOf({ works, edges, jobs }), { window: 7 * DAY, now: NOW });
    expect([totals.works, totals.remixes, totals.jobs, totals.creators]).to.deep.equal([1, 1, 1, 1]);
  });

  it("state a tag's change only where the window before held enough", () => {
    const works = [
      workFact(1, { creator: wallet(1), tags: ["known"] }),
      workFact(2, { creator: wallet(2), tags: ["new"] }),
    ];
    const at = (days: number) => ({ issuedAt: NOW - days * DAY });
    const licenses = [
      ...[1, 2, 3].map((n) => licenseFact(n, 1, wallet(20 + n), at(8))),
      ...[4, 5, 6, 7, 8, 9].map((n) => licenseFact(n, 1, wallet(20 + n), at(1))),
      licenseFact(30, 2, wallet(40), at(1)),
    ];
    const { tags } = computeTrends(factsOf({ works, licenses }), { window: 7 * DAY, now: NOW });
    expect(tags.map((row) => row.tag)).to.deep.equal(["known", "new"]);
    expect(tags[0]?.change).to.be.closeTo(1, 1e-9);
    expect(tags[1]?.change).to.equal(null);
  });
});
