/** C2PA manifests of registered works: in the work's file, or in the signed copy that its job's receipt names. */
import { jobReceiptSchema, type WorkMetadata } from "../../../common/documents.ts";
import { ColophonError } from "../../../common/errors.ts";
import { LIMITS } from "../../../common/limits.ts";
import { readManifest } from "../../../storage/marking/index.ts";
import type { SqlRow } from "../../db/database.ts";
import type { Indexer } from "../../indexer.ts";

/** Manifests that are remembered, so that asking again does not read files again. */
const REMEMBERED = 256;

export class Manifests {
  readonly #indexer: Indexer;
  /** By work and metadata digest: what a work's metadata names never changes. */
  readonly #known = new Map<string, Uint8Array | null>();

  constructor(indexer: Indexer) {
    this.#indexer = indexer;
  }

  /** The manifest store of a work, or null when it has none. @throws ColophonError UNKNOWN_WORK, and what the store throws */
  async of(workId: string): Promise<Uint8Array | null> {
    const [row] = await this.#indexer.database.query<SqlRow & { digest: string; body: WorkMetadata | null }>(
      `select w.metadata_digest as digest, d.body from market.work w left join app.document d
         on d.digest = w.metadata_digest and d.schema = 'colophon/work/1' and d.state = 'found'
       where w.id = $1::text::int8`,
      [workId],
    );
    if (!row) throw new ColophonError("UNKNOWN_WORK", "There is no such work.", { status: 404, data: { id: workId } });
    if (!row.body) return null;
    const key = `${workId}/${row.digest}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const manifest = (await this.#inFile(row.body.file)) ?? (await this.#inSignedCopy(row.body));
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(key, manifest);
    return manifest;
  }

  async #inFile(file: { cid: string; mediaType: string }): Promise<Uint8Array | null> {
    if (!["image/png", "image/jpeg"].includes(file.mediaType)) return null;
    try {
      return readManifest(await this.#indexer.store.get(file.cid, { maxBytes: LIMITS.uploadBytes }), file.mediaType);
    } catch (error) {
      if (error instanceof ColophonError && error.code === "BROKEN_MEDIA") return null;
      throw error;
    }
  }

  async #inSignedCopy({ provenance }: WorkMetadata): Promise<Uint8Array | null> {
    if (!provenance) return null;
    const bytes = await this.#indexer.store.get(provenance.receiptCid, { maxBytes: LIMITS.documentBytes });
    const receipt = jobReceiptSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return receipt.success && receipt.data.signed ? this.#inFile(receipt.data.signed) : null;
  }
}
