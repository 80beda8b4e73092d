import { expect } from "chai";
import { Prng } from "../../../common/prng.ts";
import { TERM_PRESETS } from "../../../common/terms.ts";
import { isOpen } from "../../../indexer/market-facts.ts";
import { buildShelves, similarTo } from "../../../indexer/recommend/index.ts";
import {
  DAY,
  entry,
  factsOf,
  jobFact,
  licenseFact,
  NOW,
  offerFact,
  type Rows,
  syntheticRows,
  wallet,
  workFact,
} from "./synthetic-market.ts";

const shelfOf = (rows: Partial<Rows>, id: string, viewer?: string) =>
  buildShelves(factsOf(rows), { now: NOW, ...(viewer ? { viewer } : {}) }).find((shelf) => shelf.id === id);
const idsOf = (rows: Partial<Rows>, id: string, viewer?: string) =>
  shelfOf(rows, id, viewer)?.items.map((item) => item.workId) ?? [];
const ten = Array.from({ length: 10 }, (_, n) => n + 1);

describe("shelves", () => {
  it("leave out what the viewer made, owns or licensed, and what nobody can buy", () => {
    for (const seed of ["a", "b", "c", "d"]) {
      const rows = syntheticRows(seed);
      const facts = factsOf(rows);
      for (let n = 1; n < 28; n++) {
        const shelves = buildShelves(facts, { viewer: wallet(n), now: NOW });
        for (const { id, items } of shelves) {
          expect(items).not.to.have.length(0);
          expect(new Set(items.map((item) => item.workId)).size).to.equal(items.length);
          for (const item of items) {
            expect(item.reasons).not.to.have.length(0);
            const offers = rows.offers.filter((offer) => offer.workId === item.workId);
            expect(offers.some((offer) => isOpen(offer, NOW))).to.equal(true);
            if (id !== "for-you") continue;
            const work = facts.work(item.workId);
            expect(work?.creator).not.to.equal(wallet(n));
            expect(facts.licensesByHolder(wallet(n)).map((license) => license.workId)).not.to.include(item.workId);
          }
        }
      }
    }
  });

  it("have a for-you shelf for a viewer only, and take an address in any case", () => {
    const rows = syntheticRows("case");
    expect(buildShelves(factsOf(rows), { now: NOW }).map((shelf) => shelf.id)).not.to.include("for-you");
    const lower = idsOf(rows, "for-you", wallet(0xab));
    expect(lower).not.to.have.length(0);
    expect(idsOf(rows, "for-you", wallet(0xab).toUpperCase().replace("0X", "0x"))).to.deep.equal(lower);
  });

  it("do not depend on the order in which facts arrived, nor on facts taken back", () => {
    const rows = syntheticRows("order");
    const prng = new Prng("order");
    const straight = buildShelves(factsOf(rows), { viewer: wallet(9), now: NOW });
    const shuffled = factsOf({
      works: prng.shuffle(rows.works),
      offers: prng.shuffle(rows.offers),
      licenses: prng.shuffle(rows.licenses),
      edges: prng.shuffle(rows.edges),
      jobs: prng.shuffle(rows.jobs),
    });
    for (const work of rows.works.slice(0, 20)) {
      shuffled.removeWork(work.id);
      shuffled.setWork(work);
    }
    shuffled.setLicense(licenseFact(9999, 1, wallet(9)));
    shuffled.removeLicense("9999");
    expect(buildShelves(shuffled, { viewer: wallet(9), now: NOW })).to.deep.equal(straight);
  });

  it("put the creator a viewer collects first", () => {
    const works = ten.map((id) => workFact(id, { creator: wallet(id > 8 ? 50 : id) }));
    const rows = { works, offers: ten.map((id) => offerFact(id, id)), licenses: [licenseFact(1, 9, wallet(77))] };
    const items = shelfOf(rows, "for-you", wallet(77))?.items ?? [];
    expect(items.map((item) => item.workId)).to.deep.equal(["10"]);
    expect(items[0]?.reasons[0]?.code).to.equal("creator-affinity");
    expect(items[0]?.reasons[0]?.params).to.deep.equal({ creator: wallet(50), licenses: 1 });
  });

  it("give a wallet without history what is true for everybody", () => {
    const works = [workFact(1, { registeredAt: NOW - DAY }), workFact(2, { registeredAt: NOW - 3 * DAY })];
    const items = shelfOf({ works, offers: [offerFact(1, 1), offerFact(2, 2)] }, "for-you", wallet(77))?.items ?? [];
    expect(items.map((item) => [item.workId, item.reasons.map(({ code }) => code)])).to.deep.equal([
      ["1", ["fresh"]],
      ["2", ["fresh"]],
    ]);
  });

  it("rank different buyers above one wallet that buys again and again, and ignore trades with oneself", () => {
    const works = [1, 2, 3].map((id) => workFact(id, { creator: wallet(id) }));
    const offers = [1, 2, 3].map((id) => offerFact(id, id));
    const honest = [21, 22, 23].map((n, i) => licenseFact(i + 1, 1, wallet(n)));
    const loud = ten.map((n) => licenseFact(100 + n, 2, wallet(30)));
    const quiet = [licenseFact(200, 2, wallet(31))];
    const own = ten.map((n) => licenseFact(300 + n, 3, wallet(3)));
    const rows = { works, offers, licenses: [...honest, ...loud, ...quiet, ...own] };
    const items = shelfOf(rows, "rising")?.items ?? [];
    expect(items.map((item) => item.workId)).to.deep.equal(["1", "2"]);
    expect(items.map((item) => item.reasons[0]?.params["buyers"])).to.deep.equal([3, 2]);
  });

  it("find works that the same wallets bought, with at least two of them", () => {
    const works = ten.map((id) => workFact(id, { creator: wallet(id) }));
    const offers = ten.map((id) => offerFact(id, id));
    const pairs: [number, number][] = [
      [77, 1],
      [20, 1],
      [20, 2],
      [21, 1],
      [21, 2],
      [22, 1],
      [22, 3],
    ];
    const old = { issuedAt: NOW - 30 * DAY };
    const licenses = pairs.map(([n, work], i) => licenseFact(i + 1, work, wallet(n), old));
    const items = shelfOf({ works, offers, licenses }, "bought-together", wallet(77))?.items ?? [];
    expect(items.map((item) => item.workId)).to.deep.equal(["2"]);
    expect(items[0]?.reasons[0]?.params).to.deep.equal({ workId: "1", buyers: 2 });
    expect(items[0]?.reasons[0]?.evidence).to.have.length(4);
  });

  it("give no creator more than two places of twelve where there are six creators", () => {
    const works = Array.from({ length: 60 }, (_, n) => n + 1).map((id) =>
      workFact(id, { creator: wallet(id <= 50 ? 1 : 1 + (id % 6)), registeredAt: NOW - id }),
    );
    const rows = { works, offers: works.map((work) => offerFact(Number(work.id), Number(work.id))) };
    const creators = idsOf(rows, "fresh").map((id) => works[Number(id) - 1]?.creator);
    expect(creators).to.have.length(10);
    expect(new Set(creators).size).to.equal(6);
    expect(creators.filter((creator) => creator === wallet(1))).to.have.length(2);
  });

  it("keep models off the shelves and remixes to terms that allow them", () => {
    const works = [workFact(1), workFact(2, { kind: "model" }), workFact(3)];
    const offers = [offerFact(1, 1, { flags: TERM_PRESETS.personal.flags }), offerFact(2, 2), offerFact(3, 3)];
    expect(idsOf({ works, offers }, "remixable")).to.deep.equal(["3"]);
  });

  it("tell works whose bytes a node delivered from works that only say so", () => {
    const works = [1, 2].map((id) => workFact(id, { aiGenerated: true, registeredAt: NOW - DAY }));
    const offers = [1, 2].map((id) => offerFact(id, id));
    const delivered = jobFact(5, { outputHash: works[0]?.contentHash ?? null, modelWorkId: "9" });
    const refunded = jobFact(6, { outputHash: works[1]?.contentHash ?? null, status: "refunded" });
    const items = shelfOf({ works, offers, jobs: [delivered, refunded] }, "network-made")?.items ?? [];
    expect(items.map((item) => item.workId)).to.deep.equal(["1"]);
    expect(items[0]?.reasons[0]?.params).to.deep.equal({ jobId: "5", operator: wallet(99), modelWorkId: "9" });
  });

  it("suggest remixes of what a viewer licensed", () => {
    const works = [workFact(1), workFact(2, { creator: wallet(2) })];
    const rows = {
      works,
      offers: [offerFact(1, 1), offerFact(2, 2)],
      licenses: [licenseFact(1, 1, wallet(77))],
      edges: [{ childId: "2", parentId: "1", licenseId: "5", evidence: entry("EdgeSet") }],
    };
    const items = shelfOf(rows, "for-you", wallet(77))?.items ?? [];
    expect(items.map((item) => item.reasons.map((reason) => reason.code))).to.deep.equal([["remix-of-owned"]]);
  });

  it("favor creators who gained more buyers in less time", () => {
    const works = [
      workFact(1, { creator: wallet(1), registeredAt: NOW - 50 * DAY }),
      workFact(2, { creator: wallet(2), registeredAt: NOW - 8 * DAY }),
      workFact(3, { creator: wallet(3), registeredAt: NOW - 100 * DAY }),
    ];
    const offers = [1, 2, 3].map((id) => offerFact(id, id));
    const licenses = [1, 2, 3].flatMap((work) =>
      [1, 2, 3].map((n) => licenseFact(work * 10 + n, work, wallet(20 + n))),
    );
    expect(idsOf({ works, offers, licenses }, "new-creators")).to.deep.equal(["2", "1"]);
  });
});

describe("similar works", () => {
  it("are near in fingerprint first, of the same kind only", () => {
    const works = [
      workFact(1, { contentBits: 0xffffn }),
      workFact(2, { contentBits: 0xfff0n, creator: wallet(2) }),
      workFact(3, { contentBits: 0xffffn, creator: wallet(3), kind: "text" }),
      workFact(4, { contentBits: 0xffff_ffff_ffffn, creator: wallet(4) }),
    ];
    const facts = factsOf({ works, offers: [1, 2, 3, 4].map((id) => offerFact(id, id)) });
    const items = similarTo(facts, "1", { now: NOW });
    expect(items.map((item) => item.workId)).to.deep.equal(["2"]);
    expect(items[0]?.reasons[0]?.params).to.deep.equal({ workId: "1", distance: 4, bits: 64 });
    expect(similarTo(facts, "404", { now: NOW })).to.deep.equal([]);
  });
});

describe("speed", () => {
  it("is printed: shelves over 1,000 works and 10,000 licenses", () => {
    const rows = syntheticRows("speed", { works: 1_000, licenses: 10_000, creators: 60, buyers: 400 });
    const facts = factsOf(rows);
    const times: number[] = [];
    for (let run = 0; run < 15; run++) {
      const start = performance.now();
      const shelves = buildShelves(facts, { viewer: wallet(100), now: NOW + run });
      times.push(performance.now() - start);
      expect(shelves.map((shelf) => shelf.id)).to.include("for-you");
    }
    const [fastest = 0] = times.toSorted((a, b) => a - b);
    process.stdout.write(`      fastest of 15: ${fastest.toFixed(1)} ms, first: ${times[0]?.toFixed(1)} ms\n`);
  });
});
