/** Keeps `MarketFacts` and the fingerprint index equal to the projections, commit by commit. */
import type { WorkMetadata } from "../../common/documents.ts";
import type { Hash } from "../../common/digest.ts";
import { workKindName } from "../../common/work-kind.ts";
import type { Database } from "../db/database.ts";
import { foundMetadata } from "../documents/document-store.ts";
import { MarketFacts } from "../market-facts.ts";
import { type JobRow, jobTable } from "../projections/jobs.ts";
import {
  type LicenseRow,
  licenseTable,
  type OfferRow,
  offerTable,
  type TermsRow,
  termsTable,
} from "../projections/licensing.ts";
import { type EdgeRow, edgeTable, type WorkRow, workTable } from "../projections/works.ts";
import type { Commit } from "../sync/index-store.ts";
import type { RowChange } from "../sync/row-set.ts";
import { contentBitsOf } from "./content-bits.ts";
import type { Lookalikes } from "./lookalikes.ts";

/** What a work's fact takes from its metadata document. */
type FromMetadata = { tags: readonly string[]; aiGenerated: boolean };

export class FactsKeeper {
  readonly facts = new MarketFacts();
  readonly #database: Database;
  readonly #lookalikes: Lookalikes;
  readonly #terms = new Map<string, TermsRow>();
  readonly #metadata = new Map<string, FromMetadata>();
  readonly #works = new Map<string, WorkRow>();
  readonly #offers = new Map<string, OfferRow>();
  readonly #worksByMetadata = new Map<string, Set<string>>();

  constructor(database: Database, lookalikes: Lookalikes) {
    this.#database = database;
    this.#lookalikes = lookalikes;
  }

  /** Reads everything from the database. */
  async load(): Promise<void> {
    this.facts.clear();
    this.#terms.clear();
    this.#metadata.clear();
    this.#offers.clear();
    for (const id of this.#works.keys()) this.#setWork(id, null);
    for (const { digest, body } of await foundMetadata(this.#database)) {
      this.#metadata.set(digest, { tags: body.tags, aiGenerated: body.aiGenerated });
    }
    for (const terms of await termsTable.selectAll(this.#database)) this.#terms.set(terms.terms_id, terms);
    for (const work of await workTable.selectAll(this.#database)) this.#setWork(work.id, work);
    for (const offer of await offerTable.selectAll(this.#database)) this.#setOffer(offer.id, offer);
    for (const license of await licenseTable.selectAll(this.#database)) this.#setLicense(license.id, license);
    for (const edge of await edgeTable.selectAll(this.#database)) this.facts.setEdge(edgeFact(edge));
    for (const job of await jobTable.selectAll(this.#database)) this.facts.setJob(jobFact(job));
  }

  /** Follows a commit. */
  async apply(commit: Commit): Promise<void> {
    if (commit.rebuilt) await this.load();
    // Terms first: offers take their flags from them.
    for (const { table, key, row } of commit.changes) {
      if (table.name !== termsTable.name) continue;
      const [id] = JSON.parse(key) as [string];
      if (row) this.#terms.set(id, row as TermsRow);
      else this.#terms.delete(id);
    }
    for (const change of commit.changes) this.#follow(change);
  }

  /** Follows a metadata document that was found. */
  documentFound(digest: string, metadata: WorkMetadata): void {
    this.#metadata.set(digest, { tags: metadata.tags, aiGenerated: metadata.aiGenerated });
    // A copy: setting a work takes it out of this set and puts it in again.
    for (const id of Array.from(this.#worksByMetadata.get(digest) ?? []))
      this.#setWork(id, this.#works.get(id) ?? null);
  }

  #follow({ table, key, row }: RowChange): void {
    const [id, second] = JSON.parse(key) as [string, string?];
    switch (table.name) {
      case workTable.name:
        return this.#setWork(id, row as WorkRow | null);
      case offerTable.name:
        return this.#setOffer(id, row as OfferRow | null);
      case licenseTable.name:
        return this.#setLicense(id, row as LicenseRow | null);
      case edgeTable.name:
        return row ? this.facts.setEdge(edgeFact(row as EdgeRow)) : this.facts.removeEdge(id, second ?? "");
      case jobTable.name:
        return row ? this.facts.setJob(jobFact(row as JobRow)) : this.facts.removeJob(id);
    }
  }

  #setWork(id: string, row: WorkRow | null): void {
    const before = this.#works.get(id);
    if (before) this.#worksByMetadata.get(before.metadata_digest)?.delete(id);
    if (!row) {
      this.#works.delete(id);
      this.facts.removeWork(id);
      this.#lookalikes.remove(id);
      return;
    }
    this.#works.set(id, row);
    const named = this.#worksByMetadata.get(row.metadata_digest) ?? new Set();
    this.#worksByMetadata.set(row.metadata_digest, named.add(id));
    const kind = workKindName(row.kind);
    const metadata = this.#metadata.get(row.metadata_digest);
    const fingerprint = { body: row.fingerprint as Hash, header: row.fingerprint_header };
    if (before?.content_hash !== row.content_hash) {
      this.#lookalikes.remove(id);
      this.#lookalikes.add(id, { kind, sha256: row.content_hash as Hash, iscc: fingerprint });
    }
    if ((before?.blocked ?? false) !== row.blocked) {
      // Its offers open and close with it.
      for (const offer of this.facts.offersOfWork(id)) this.#setOffer(offer.id, this.#offers.get(offer.id) ?? null);
    }
    this.facts.setWork({
      id,
      kind,
      creator: row.creator,
      owner: row.owner,
      registeredAt: row.registered_at,
      tags: metadata?.tags ?? [],
      contentBits: contentBitsOf(fingerprint),
      contentHash: row.content_hash as Hash,
      aiGenerated: metadata?.aiGenerated ?? false,
      evidence: row.evidence,
      metadataEvidence: row.metadata_evidence,
    });
  }

  #setOffer(id: string, row: OfferRow | null): void {
    if (!row) {
      this.#offers.delete(id);
      return this.facts.removeOffer(id);
    }
    this.#offers.set(id, row);
    const terms = this.#terms.get(row.terms_id);
    this.facts.setOffer({
      id,
      workId: row.work,
      price: row.price,
      currency: row.currency,
      supply: row.supply,
      sold: row.sold,
      expiresAt: row.expires_at,
      closed: row.closed || (this.#works.get(row.work)?.blocked ?? false),
      flags: terms?.flags ?? 0,
      derivativeShare: row.derivative_share,
      evidence: row.evidence,
    });
  }

  #setLicense(id: string, row: LicenseRow | null): void {
    if (!row) return this.facts.removeLicense(id);
    this.facts.setLicense({
      id,
      workId: row.work,
      offerId: row.offer,
      holder: row.holder,
      payer: row.payer,
      price: row.price,
      currency: row.currency,
      issuedAt: row.issued_at,
      evidence: row.evidence,
    });
  }
}

function edgeFact(row: EdgeRow) {
  return { childId: row.child, parentId: row.parent, licenseId: row.license, evidence: row.evidence };
}

function jobFact(row: JobRow) {
  return {
    id: row.id,
    requester: row.requester,
    operator: row.operator,
    modelWorkId: row.model_work,
    price: row.price,
    currency: row.currency,
    status: row.status as "posted",
    postedAt: row.posted_at,
    settledAt: row.settled_at,
    outputHash: row.output_hash as Hash | null,
    evidence: row.evidence,
    submitted: row.submitted,
    settled: row.settled,
  };
}
