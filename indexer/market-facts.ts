/**
 * What recommendation and trends know about the market: facts in memory, each with the log entry that states it.
 * The indexer fills it from its projections at start, then adds and removes facts as blocks come and are undone.
 */
import type { Evidence } from "../common/api/schemas.ts";
import type { Hash } from "../common/digest.ts";
import { TERM_FLAGS } from "../common/terms.ts";
import type { WorkKind } from "../common/work-kind.ts";

export type { Evidence };

/** A registered work. Ids are decimal text; every address is kept in lower case. */
export type WorkFact = {
  id: string;
  kind: WorkKind;
  /** First owner. */
  creator: string;
  owner: string;
  /** Block time, seconds. */
  registeredAt: number;
  /** From the metadata document; empty while it cannot be found. */
  tags: readonly string[];
  /** 64-bit content unit of the fingerprint; null where there is none or it holds too little to compare. */
  contentBits: bigint | null;
  contentHash: Hash;
  aiGenerated: boolean;
  /** `WorkRegistered`. */
  evidence: Evidence;
  /** The entry that names the metadata document in force: `WorkRegistered`, or a later `MetadataVersion`. */
  metadataEvidence: Evidence;
};

/** A license sold (`LicenseIssued`). */
export type LicenseFact = {
  id: string;
  workId: string;
  offerId: string;
  /** Present holder. */
  holder: string;
  payer: string;
  /** Smallest units of `currency` (zero address: the chain's coin, wei). */
  price: bigint;
  currency: string;
  /** Block time, seconds. */
  issuedAt: number;
  evidence: Evidence;
};

/** An offer of licenses (`OfferSet`), open or not. */
export type OfferFact = {
  id: string;
  workId: string;
  price: bigint;
  currency: string;
  /** 0 = unlimited. */
  supply: number;
  sold: number;
  /** Block time, seconds; 0 = never. */
  expiresAt: number;
  closed: boolean;
  /** Bits of the terms, see `TERM_FLAGS`. */
  flags: number;
  /** Share of each derivative's revenue, ppm. */
  derivativeShare: number;
  evidence: Evidence;
};

/** A parent of a work (`EdgeSet`). */
export type EdgeFact = {
  childId: string;
  parentId: string;
  licenseId: string;
  evidence: Evidence;
};

/** A generation job. */
export type JobFact = {
  id: string;
  requester: string;
  operator: string | null;
  modelWorkId: string;
  price: bigint;
  currency: string;
  status: "posted" | "accepted" | "submitted" | "checking" | "disputed" | "settled" | "refunded" | "split";
  postedAt: number;
  settledAt: number | null;
  /** SHA-256 of the output, once submitted. */
  outputHash: Hash | null;
  /** `JobPosted`. */
  evidence: Evidence;
  /** `JobSubmitted`, once there. */
  submitted: Evidence | null;
  /** `JobSettled`, once there. */
  settled: Evidence | null;
};

/** Rows under a key, kept in a set so that adding and removing one costs O(1). */
class Groups<T> {
  readonly #rows = new Map<string, Set<T>>();

  add(key: string, row: T): void {
    const rows = this.#rows.get(key);
    if (rows) rows.add(row);
    else this.#rows.set(key, new Set([row]));
  }

  delete(key: string, row: T): void {
    const rows = this.#rows.get(key);
    rows?.delete(row);
    if (rows?.size === 0) this.#rows.delete(key);
  }

  get(key: string): readonly T[] {
    const rows = this.#rows.get(key);
    return rows ? [...rows] : [];
  }

  keys(): string[] {
    return [...this.#rows.keys()];
  }
}

/**
 * The market in memory. Every `set…` adds a fact or replaces the one with the same id, every `remove…` takes one
 * back (undo of a block, or erasure); each costs O(1) (O(tags) for a work). Facts are immutable: to change one, set
 * `{ ...facts.work(id), owner }`. Order of arrival never changes an answer.
 */
export class MarketFacts {
  readonly #works = new Map<string, WorkFact>();
  readonly #worksByCreator = new Groups<WorkFact>();
  readonly #worksByOwner = new Groups<WorkFact>();
  readonly #worksByTag = new Groups<WorkFact>();
  readonly #worksByKind = new Groups<WorkFact>();
  readonly #workByHash = new Map<string, WorkFact>();
  readonly #licenses = new Map<string, LicenseFact>();
  readonly #licensesByHolder = new Groups<LicenseFact>();
  readonly #licensesByWork = new Groups<LicenseFact>();
  readonly #offers = new Map<string, OfferFact>();
  readonly #offersByWork = new Groups<OfferFact>();
  readonly #edges = new Map<string, EdgeFact>();
  readonly #edgesByChild = new Groups<EdgeFact>();
  readonly #edgesByParent = new Groups<EdgeFact>();
  readonly #jobs = new Map<string, JobFact>();
  readonly #jobsByOutput = new Groups<JobFact>();
  #version = 0;

  /** Grows with every change: two answers made at the same version and time are equal, so callers may cache. */
  get version(): number {
    return this.#version;
  }

  setWork(fact: WorkFact): void {
    this.removeWork(fact.id);
    const work = { ...fact, creator: fact.creator.toLowerCase(), owner: fact.owner.toLowerCase() };
    this.#works.set(work.id, work);
    this.#worksByCreator.add(work.creator, work);
    this.#worksByOwner.add(work.owner, work);
    this.#worksByKind.add(work.kind, work);
    for (const tag of new Set(work.tags)) this.#worksByTag.add(tag, work);
    this.#workByHash.set(work.contentHash, work);
    this.#version++;
  }

  removeWork(id: string): void {
    const work = this.#works.get(id);
    if (!work) return;
    this.#works.delete(id);
    this.#worksByCreator.delete(work.creator, work);
    this.#worksByOwner.delete(work.owner, work);
    this.#worksByKind.delete(work.kind, work);
    for (const tag of new Set(work.tags)) this.#worksByTag.delete(tag, work);
    this.#workByHash.delete(work.contentHash);
    this.#version++;
  }

  setLicense(fact: LicenseFact): void {
    this.removeLicense(fact.id);
    const license = {
      ...fact,
      holder: fact.holder.toLowerCase(),
      payer: fact.payer.toLowerCase(),
      currency: fact.currency.toLowerCase(),
    };
    this.#licenses.set(license.id, license);
    this.#licensesByHolder.add(license.holder, license);
    this.#licensesByWork.add(license.workId, license);
    this.#version++;
  }

  removeLicense(id: string): void {
    const license = this.#licenses.get(id);
    if (!license) return;
    this.#licenses.delete(id);
    this.#licensesByHolder.delete(license.holder, license);
    this.#licensesByWork.delete(license.workId, license);
    this.#version++;
  }

  setOffer(fact: OfferFact): void {
    this.removeOffer(fact.id);
    const offer = { ...fact, currency: fact.currency.toLowerCase() };
    this.#offers.set(offer.id, offer);
    this.#offersByWork.add(offer.workId, offer);
    this.#version++;
  }

  removeOffer(id: string): void {
    const offer = this.#offers.get(id);
    if (!offer) return;
    this.#offers.delete(id);
    this.#offersByWork.delete(offer.workId, offer);
    this.#version++;
  }

  setEdge(fact: EdgeFact): void {
    this.removeEdge(fact.childId, fact.parentId);
    this.#edges.set(`${fact.childId}>${fact.parentId}`, fact);
    this.#edgesByChild.add(fact.childId, fact);
    this.#edgesByParent.add(fact.parentId, fact);
    this.#version++;
  }

  removeEdge(childId: string, parentId: string): void {
    const key = `${childId}>${parentId}`;
    const edge = this.#edges.get(key);
    if (!edge) return;
    this.#edges.delete(key);
    this.#edgesByChild.delete(childId, edge);
    this.#edgesByParent.delete(parentId, edge);
    this.#version++;
  }

  setJob(fact: JobFact): void {
    this.removeJob(fact.id);
    const job = {
      ...fact,
      requester: fact.requester.toLowerCase(),
      operator: fact.operator?.toLowerCase() ?? null,
      currency: fact.currency.toLowerCase(),
    };
    this.#jobs.set(job.id, job);
    if (job.outputHash) this.#jobsByOutput.add(job.outputHash, job);
    this.#version++;
  }

  removeJob(id: string): void {
    const job = this.#jobs.get(id);
    if (!job) return;
    this.#jobs.delete(id);
    if (job.outputHash) this.#jobsByOutput.delete(job.outputHash, job);
    this.#version++;
  }

  /** Forgets everything (before a rebuild). */
  clear(): void {
    for (const id of this.#works.keys()) this.removeWork(id);
    for (const id of this.#licenses.keys()) this.removeLicense(id);
    for (const id of this.#offers.keys()) this.removeOffer(id);
    for (const edge of this.#edges.values()) this.removeEdge(edge.childId, edge.parentId);
    for (const id of this.#jobs.keys()) this.removeJob(id);
  }

  work(id: string): WorkFact | undefined {
    return this.#works.get(id);
  }
  works(): Iterable<WorkFact> {
    return this.#works.values();
  }
  workByHash(contentHash: Hash): WorkFact | undefined {
    return this.#workByHash.get(contentHash);
  }
  worksByCreator(address: string): readonly WorkFact[] {
    return this.#worksByCreator.get(address.toLowerCase());
  }
  worksByOwner(address: string): readonly WorkFact[] {
    return this.#worksByOwner.get(address.toLowerCase());
  }
  worksByTag(tag: string): readonly WorkFact[] {
    return this.#worksByTag.get(tag);
  }
  worksByKind(kind: WorkKind): readonly WorkFact[] {
    return this.#worksByKind.get(kind);
  }
  /** Addresses with at least one work. */
  creators(): string[] {
    return this.#worksByCreator.keys();
  }

  license(id: string): LicenseFact | undefined {
    return this.#licenses.get(id);
  }
  licenses(): Iterable<LicenseFact> {
    return this.#licenses.values();
  }
  licensesByHolder(address: string): readonly LicenseFact[] {
    return this.#licensesByHolder.get(address.toLowerCase());
  }
  licensesOfWork(workId: string): readonly LicenseFact[] {
    return this.#licensesByWork.get(workId);
  }
  /** Addresses that hold at least one license. */
  holders(): string[] {
    return this.#licensesByHolder.keys();
  }

  offer(id: string): OfferFact | undefined {
    return this.#offers.get(id);
  }
  offers(): Iterable<OfferFact> {
    return this.#offers.values();
  }
  offersOfWork(workId: string): readonly OfferFact[] {
    return this.#offersByWork.get(workId);
  }
  /** Offers of a work that anybody can buy from at block time `now` (seconds). */
  openOffers(workId: string, now: number): readonly OfferFact[] {
    return this.offersOfWork(workId).filter((offer) => isOpen(offer, now));
  }

  edge(childId: string, parentId: string): EdgeFact | undefined {
    return this.#edges.get(`${childId}>${parentId}`);
  }
  edges(): Iterable<EdgeFact> {
    return this.#edges.values();
  }
  /** Edges to a work's parents. */
  parentsOf(workId: string): readonly EdgeFact[] {
    return this.#edgesByChild.get(workId);
  }
  /** Edges to a work's remixes. */
  remixesOf(workId: string): readonly EdgeFact[] {
    return this.#edgesByParent.get(workId);
  }

  job(id: string): JobFact | undefined {
    return this.#jobs.get(id);
  }
  jobs(): Iterable<JobFact> {
    return this.#jobs.values();
  }
  /** Jobs that delivered exactly these bytes. */
  jobsByOutput(outputHash: Hash): readonly JobFact[] {
    return this.#jobsByOutput.get(outputHash);
  }
}

/** True while licenses can be bought from an offer at block time `now` (seconds). */
export function isOpen(offer: OfferFact, now: number): boolean {
  const unsold = offer.supply === 0 || offer.sold < offer.supply;
  return !offer.closed && unsold && (offer.expiresAt === 0 || now <= offer.expiresAt);
}

/** True when an offer's terms allow derivatives. */
export function allowsRemix(offer: OfferFact): boolean {
  return (offer.flags & TERM_FLAGS.derivatives) !== 0;
}

/** True for works that people buy to look at, listen to or read, rather than to run (models, data sets). */
export function isDiscoverable(work: WorkFact): boolean {
  return work.kind !== "model" && work.kind !== "dataset";
}
