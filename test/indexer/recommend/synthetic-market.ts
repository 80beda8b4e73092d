/** Markets made from a seed, for tests of recommendation and trends. */
import type { Evidence } from "../../../common/api/schemas.ts";
import { Prng } from "../../../common/prng.ts";
import { TERM_PRESETS } from "../../../common/terms.ts";
import type { EdgeFact, JobFact, LicenseFact, OfferFact, WorkFact } from "../../../indexer/market-facts.ts";
import { MarketFacts } from "../../../indexer/market-facts.ts";

export const NOW = 1_800_000_000;
export const DAY = 86_400;
export const COIN = `0x${"00".repeat(20)}`;

/** The n-th wallet. */
export function wallet(n: number): string {
  return `0x${n.toString(16).padStart(40, "0")}`;
}

let entries = 0;
/** A log entry nobody else has. */
export function entry(event: string): Evidence {
  entries++;
  return { tx: `0x${entries.toString(16).padStart(64, "0")}`, block: entries, logIndex: 0, event };
}

export function workFact(id: number, fields: Partial<WorkFact> = {}): WorkFact {
  const evidence = entry("WorkRegistered");
  const creator = fields.creator ?? wallet(1);
  return {
    id: String(id),
    kind: "image",
    creator,
    owner: creator,
    registeredAt: NOW - 40 * DAY,
    tags: [],
    contentBits: null,
    contentHash: `0x${id.toString(16).padStart(64, "0")}`,
    aiGenerated: false,
    evidence,
    metadataEvidence: evidence,
    ...fields,
  };
}

export function offerFact(id: number, workId: number, fields: Partial<OfferFact> = {}): OfferFact {
  return {
    id: String(id),
    workId: String(workId),
    price: 10n ** 16n,
    currency: COIN,
    supply: 0,
    sold: 0,
    expiresAt: 0,
    closed: false,
    flags: TERM_PRESETS.remix.flags,
    derivativeShare: 100_000,
    evidence: entry("OfferSet"),
    ...fields,
  };
}

export function licenseFact(
  id: number,
  workId: number,
  holder: string,
  fields: Partial<LicenseFact> = {},
): LicenseFact {
  return {
    id: String(id),
    workId: String(workId),
    offerId: String(workId),
    holder,
    payer: holder,
    price: 10n ** 16n,
    currency: COIN,
    issuedAt: NOW - DAY,
    evidence: entry("LicenseIssued"),
    ...fields,
  };
}

export function jobFact(id: number, fields: Partial<JobFact> = {}): JobFact {
  return {
    id: String(id),
    requester: wallet(1),
    operator: wallet(99),
    modelWorkId: "1",
    price: 10n ** 15n,
    currency: COIN,
    status: "settled",
    postedAt: NOW - 2 * DAY,
    settledAt: NOW - DAY,
    outputHash: null,
    evidence: entry("JobPosted"),
    submitted: entry("JobSubmitted"),
    settled: entry("JobSettled"),
    ...fields,
  };
}

export type Rows = {
  works: WorkFact[];
  offers: OfferFact[];
  licenses: LicenseFact[];
  edges: EdgeFact[];
  jobs: JobFact[];
};

/** Fills facts with rows, in the order given. */
export function factsOf(rows: Partial<Rows>): MarketFacts {
  const facts = new MarketFacts();
  for (const work of rows.works ?? []) facts.setWork(work);
  for (const offer of rows.offers ?? []) facts.setOffer(offer);
  for (const license of rows.licenses ?? []) facts.setLicense(license);
  for (const edge of rows.edges ?? []) facts.setEdge(edge);
  for (const job of rows.jobs ?? []) facts.setJob(job);
  return facts;
}

const TAGS = [
  "ink",
  "noise",
  "city",
  "sea",
  "circles",
  "night",
  "portrait",
  "grid",
  "waltz",
  "haiku",
  "glitch",
  "moss",
];

/** A market of wallets 1..creators (who make works) and 1..buyers (who buy, more often near works than far ones). */
export function syntheticRows(
  seed: string,
  {
    works = 60,
    licenses = 300,
    creators = 8,
    buyers = 20,
  }: Partial<Record<"works" | "licenses" | "creators" | "buyers", number>> = {},
): Rows {
  const prng = new Prng(seed);
  const rows: Rows = { works: [], offers: [], licenses: [], edges: [], jobs: [] };
  for (let id = 1; id <= works; id++) {
    const registeredAt = NOW - prng.below(90 * DAY);
    const base = BigInt(prng.below(6)) * 0x0f0f_3c3c_a5a5_9696n;
    const bits = (base ^ (1n << BigInt(prng.below(60)))) & 0xffff_ffff_ffff_ffffn;
    const kind = prng.pick(["image", "image", "image", "text", "music", "model"] as const);
    const work = workFact(id, {
      kind,
      creator: wallet(1 + prng.below(creators)),
      registeredAt,
      tags: prng.shuffle(TAGS).slice(0, prng.below(4)),
      contentBits: kind === "music" || kind === "model" ? null : bits,
    });
    rows.works.push(work);
    if (prng.below(10) > 0) {
      const closed = prng.below(10) === 0;
      const preset = prng.pick([TERM_PRESETS.remix, TERM_PRESETS.personal, TERM_PRESETS.commercial]);
      rows.offers.push(offerFact(id, id, { closed, flags: preset.flags, derivativeShare: preset.derivativeShare }));
    }
    if (id > 3 && prng.below(6) === 0) {
      const parentId = String(1 + prng.below(id - 1));
      rows.edges.push({ childId: String(id), parentId, licenseId: "0", evidence: entry("EdgeSet") });
    }
    if (prng.below(8) === 0) {
      rows.jobs.push(jobFact(rows.jobs.length + 1, { outputHash: work.contentHash, settledAt: registeredAt }));
    }
  }
  for (let id = 1; id <= licenses; id++) {
    const workId = 1 + Math.min(prng.below(works), prng.below(works));
    const work = rows.works[workId - 1] as WorkFact;
    const issuedAt = work.registeredAt + prng.below(NOW - work.registeredAt + 1);
    const price = BigInt(prng.below(4)) * 10n ** 16n;
    rows.licenses.push(licenseFact(id, workId, wallet(creators - 1 + prng.below(buyers)), { issuedAt, price }));
  }
  return rows;
}

/** Key of a log entry. */
export function keyOf(evidence: Evidence): string {
  return `${evidence.tx}:${evidence.logIndex}`;
}

/** The rows that are left when log entries never happened, and what rests on them neither. */
export function without(rows: Rows, evidence: readonly Evidence[]): Rows {
  const gone = new Set(evidence.map(keyOf));
  const stays = (entries: readonly (Evidence | null)[]) => entries.every((row) => !row || !gone.has(keyOf(row)));
  const works = rows.works
    .filter((work) => stays([work.evidence]))
    .map((work) => (stays([work.metadataEvidence]) ? work : { ...work, tags: [] }));
  const known = new Set(works.map((work) => work.id));
  return {
    works,
    offers: rows.offers.filter((offer) => stays([offer.evidence]) && known.has(offer.workId)),
    licenses: rows.licenses.filter((license) => stays([license.evidence]) && known.has(license.workId)),
    edges: rows.edges.filter((edge) => stays([edge.evidence]) && known.has(edge.childId) && known.has(edge.parentId)),
    jobs: rows.jobs
      .filter((job) => stays([job.evidence]))
      .map((job) => (stays([job.submitted]) ? job : { ...job, submitted: null, outputHash: null, status: "accepted" })),
  };
}
