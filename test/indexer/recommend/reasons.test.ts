import { expect } from "chai";
import fc from "fast-check";
import type { Evidence } from "../../../common/api/schemas.ts";
import { reasonSchema } from "../../../common/api/schemas.ts";
import { hamming64 } from "../../../indexer/recommend/candidates/similar-fingerprint.ts";
import { buildShelves, type Reason, similarTo } from "../../../indexer/recommend/index.ts";
import { CITED_LICENSES } from "../../../indexer/recommend/reason.ts";
import { DAY, factsOf, keyOf, NOW, type Rows, syntheticRows, wallet, without } from "./synthetic-market.ts";

type Shown = { shelf: string; workId: string; reason: Reason };

function shown(rows: Rows, viewer: string): Shown[] {
  const shelves = buildShelves(factsOf(rows), { viewer, now: NOW });
  return shelves.flatMap(({ id, items }) =>
    items.flatMap(({ workId, reasons }) => reasons.map((reason) => ({ shelf: id, workId, reason }))),
  );
}

const claimOf = ({ workId, reason }: Omit<Shown, "shelf">) => JSON.stringify([workId, reason.code, reason.params]);
const seeds = fc.integer({ min: 0, max: 1_000_000 });

describe("reasons", () => {
  it("disappear when the log entries they cite never happened (deletion test)", () => {
    let checked = 0;
    fc.assert(
      fc.property(seeds, fc.nat(), (seed, pick) => {
        const rows = syntheticRows(`deletion ${seed}`);
        const before = shown(rows, wallet(9));
        expect(before).not.to.have.length(0);
        for (let step = 0; step < 12; step++) {
          const one = before[(pick + step * 7919) % before.length] as Shown;
          const after = shown(without(rows, one.reason.evidence), wallet(9)).map(claimOf);
          expect(after, `${one.shelf} ${claimOf(one)}`).not.to.include(claimOf(one));
          checked++;
        }
      }),
      { numRuns: 12, seed: 7 },
    );
    expect(checked).to.be.greaterThan(100);
  }).timeout(30_000);

  it("rest on each entry they cite: without any single one, the claim is no longer made as it was", () => {
    const rows = syntheticRows("single");
    const before = shown(rows, wallet(9));
    for (const one of before.filter((_, place) => place % 3 === 0)) {
      for (const evidence of one.reason.evidence) {
        const claims = shown(without(rows, [evidence]), wallet(9)).map(({ workId, reason }) =>
          JSON.stringify([workId, reason.code, reason.params, reason.evidence.map(keyOf)]),
        );
        const claim = JSON.stringify([one.workId, one.reason.code, one.reason.params, one.reason.evidence.map(keyOf)]);
        expect(claims).not.to.include(claim);
      }
    }
  }).timeout(30_000);

  it("say what their entries say, and nothing else", () => {
    const codes = new Set<string>();
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 28 }), (seed, n) => {
        const rows = syntheticRows(`claims ${seed}`);
        for (const one of shown(rows, wallet(n))) {
          reasonSchema.parse(one.reason);
          codes.add(one.reason.code);
          expect(isImplied(rows, wallet(n), one), JSON.stringify(one)).to.equal(true);
        }
      }),
      { numRuns: 25, seed: 11 },
    );
    expect([...codes].toSorted()).to.deep.equal([
      "bought-together",
      "creator-affinity",
      "fresh",
      "made-on-network",
      "new-creator",
      "open-to-remix",
      "remix-of-owned",
      "rising",
      "same-tags",
      "similar-fingerprint",
    ]);
  }).timeout(30_000);

  it("of similar works name the work asked about", () => {
    const rows = syntheticRows("similar");
    const facts = factsOf(rows);
    const found = rows.works.flatMap((work) => similarTo(facts, work.id, { now: NOW }).map((item) => ({ work, item })));
    expect(found.length).to.be.greaterThan(50);
    for (const { work, item } of found) {
      expect(item.workId).not.to.equal(work.id);
      for (const reason of item.reasons) expect(reason.params["workId"]).to.equal(work.id);
    }
  });
});

/** Recomputes a claim from the cited entries alone. */
function isImplied(rows: Rows, viewer: string, { workId, reason: { code, params, evidence } }: Shown): boolean {
  const cited = new Set(evidence.map(keyOf));
  const has = (entry: Evidence | null | undefined) => entry !== null && entry !== undefined && cited.has(keyOf(entry));
  const work = rows.works.find(({ id }) => id === workId);
  const anchor = rows.works.find(({ id }) => id === params["workId"]);
  const licenses = rows.licenses.filter((license) => has(license.evidence));
  const creatorOf = (id: string) => rows.works.find((row) => row.id === id)?.creator;
  const anchored =
    has(rows.works.find((row) => row.id === anchor?.id && row.creator === viewer)?.evidence) ||
    licenses.some((license) => license.workId === anchor?.id && license.holder === viewer);
  const buyersOf = (id: string | undefined) =>
    new Set(licenses.filter((license) => license.workId === id).map((license) => license.holder));
  switch (code) {
    case "creator-affinity":
      return (
        work?.creator === params["creator"] &&
        licenses.every((license) => license.holder === viewer && creatorOf(license.workId) === params["creator"]) &&
        licenses.length === Math.min(CITED_LICENSES, Number(params["licenses"]))
      );
    case "bought-together": {
      const both = [...buyersOf(workId)].filter((buyer) => buyersOf(anchor?.id).has(buyer));
      return both.length === params["buyers"] && both.length >= 2 && !both.includes(viewer);
    }
    case "similar-fingerprint":
      return (
        anchored &&
        has(work?.evidence) &&
        has(anchor?.evidence) &&
        hamming64(work?.contentBits ?? 0n, anchor?.contentBits ?? 0n) === params["distance"]
      );
    case "same-tags":
      return (
        anchored &&
        has(work?.metadataEvidence) &&
        has(anchor?.metadataEvidence) &&
        String(params["tags"])
          .split(", ")
          .every((tag) => work?.tags.includes(tag) && anchor?.tags.includes(tag))
      );
    case "rising": {
      const late = licenses.every((license) => license.issuedAt >= NOW - Number(params["days"]) * DAY);
      return late && buyersOf(workId).size === params["buyers"] && !buyersOf(workId).has(work?.creator ?? "");
    }
    case "fresh":
      return has(work?.evidence) && Math.floor((NOW - (work?.registeredAt ?? 0)) / DAY) === params["days"];
    case "remix-of-owned":
      return (
        anchored &&
        rows.edges.some((edge) => has(edge.evidence) && edge.childId === workId && edge.parentId === anchor?.id)
      );
    case "made-on-network": {
      const job = rows.jobs.find(({ id }) => id === params["jobId"]);
      return has(work?.evidence) && has(job?.submitted) && job?.outputHash === work?.contentHash;
    }
    case "open-to-remix":
      return rows.offers.some((offer) => has(offer.evidence) && offer.workId === workId && (offer.flags & 2) !== 0);
    case "new-creator": {
      const ages = rows.works
        .filter((row) => has(row.evidence) && row.creator === params["creator"])
        .map((row) => Math.floor((NOW - row.registeredAt) / DAY));
      const holders = new Set(licenses.map((license) => license.holder));
      const whole = holders.size === params["buyers"] || licenses.length === CITED_LICENSES;
      return work?.creator === params["creator"] && Math.max(...ages) === params["days"] && whole;
    }
    default:
      return false;
  }
}
