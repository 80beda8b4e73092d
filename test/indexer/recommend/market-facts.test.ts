import { expect } from "chai";
import fc from "fast-check";
import { TERM_PRESETS } from "../../../common/terms.ts";
import { allowsRemix, isOpen, MarketFacts } from "../../../indexer/market-facts.ts";
import {
  factsOf,
  licenseFact,
  NOW,
  offerFact,
  type Rows,
  syntheticRows,
  wallet,
  workFact,
} from "./synthetic-market.ts";

/** Every lookup's answer, in an order of its own. */
function answersOf(facts: MarketFacts, rows: Rows): unknown {
  const ids = (list: Iterable<{ id: string }>) => [...list].map(({ id }) => id).toSorted();
  const edges = (list: Iterable<{ childId: string; parentId: string }>) =>
    [...list].map(({ childId, parentId }) => `${childId}>${parentId}`).toSorted();
  const wallets = Array.from({ length: 30 }, (_, n) => wallet(n));
  return {
    works: ids(facts.works()),
    licenses: ids(facts.licenses()),
    offers: ids(facts.offers()),
    edges: edges(facts.edges()),
    jobs: ids(facts.jobs()),
    creators: facts.creators().toSorted(),
    holders: facts.holders().toSorted(),
    byWallet: wallets.map((address) => [
      ids(facts.worksByCreator(address)),
      ids(facts.worksByOwner(address)),
      ids(facts.licensesByHolder(address)),
    ]),
    byTag: ["ink", "sea", "nothing"].map((tag) => ids(facts.worksByTag(tag))),
    byKind: (["image", "text", "video"] as const).map((kind) => ids(facts.worksByKind(kind))),
    byWork: rows.works.map(({ id, contentHash }) => [
      facts.work(id) ?? null,
      facts.workByHash(contentHash)?.id ?? null,
      ids(facts.licensesOfWork(id)),
      ids(facts.offersOfWork(id)),
      ids(facts.openOffers(id, NOW)),
      edges(facts.parentsOf(id)),
      edges(facts.remixesOf(id)),
      ids(facts.jobsByOutput(contentHash)),
    ]),
  };
}

describe("the market's facts", () => {
  it("after any sequence of changes and undoing equal facts built at once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.array(fc.nat(), { maxLength: 80 }), (seed, picks) => {
        const rows = syntheticRows(`facts ${seed}`, { works: 25, licenses: 40 });
        const facts = factsOf(rows);
        const kept = new Set(rows.licenses.map((license) => license.id));
        for (const pick of picks) {
          const license = rows.licenses[pick % rows.licenses.length];
          if (!license) continue;
          if (kept.delete(license.id)) facts.removeLicense(license.id);
          else {
            kept.add(license.id);
            facts.setLicense({ ...license, holder: wallet(3) });
            facts.setLicense(license);
          }
          const work = rows.works[pick % rows.works.length];
          if (!work) continue;
          facts.setWork({ ...work, owner: wallet(5), tags: ["sea", "sea"] });
          if (pick % 2 === 0) facts.removeWork(work.id);
          facts.setWork(work);
          const [job] = rows.jobs;
          if (!job) continue;
          facts.setJob({ ...job, outputHash: null });
          facts.setJob(job);
          for (const edge of rows.edges) {
            facts.removeEdge(edge.childId, edge.parentId);
            facts.setEdge(edge);
          }
        }
        const expected = factsOf({ ...rows, licenses: rows.licenses.filter((license) => kept.has(license.id)) });
        expect(answersOf(facts, rows)).to.deep.equal(answersOf(expected, rows));
        facts.clear();
        expect(answersOf(facts, rows)).to.deep.equal(answersOf(new MarketFacts(), rows));
      }),
      { numRuns: 30, seed: 23 },
    );
  }).timeout(30_000);

  it("grow their version with every change and with nothing else", () => {
    const facts = factsOf({ works: [workFact(1)] });
    const { version } = facts;
    facts.removeLicense("1");
    facts.openOffers("1", NOW);
    expect(facts.version).to.equal(version);
    facts.setLicense(licenseFact(1, 1, wallet(2)));
    expect(facts.version).to.be.greaterThan(version);
  });

  it("know when an offer is open and what it allows", () => {
    const offer = offerFact(1, 1);
    expect(isOpen(offer, NOW)).to.equal(true);
    expect(isOpen({ ...offer, closed: true }, NOW)).to.equal(false);
    expect(isOpen({ ...offer, supply: 2, sold: 1 }, NOW)).to.equal(true);
    expect(isOpen({ ...offer, supply: 2, sold: 2 }, NOW)).to.equal(false);
    expect(isOpen({ ...offer, expiresAt: NOW }, NOW)).to.equal(true);
    expect(isOpen({ ...offer, expiresAt: NOW - 1 }, NOW)).to.equal(false);
    expect(allowsRemix(offer)).to.equal(true);
    expect(allowsRemix({ ...offer, flags: TERM_PRESETS.commercial.flags })).to.equal(false);
  });
});
