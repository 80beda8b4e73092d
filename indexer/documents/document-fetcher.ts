/** Finds the documents that new facts name, outside of any transaction, and says so when one was found. */
import { z } from "zod";
import { cidOfDigest, type Hash } from "../../common/digest.ts";
import { ColophonError } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import type { Database } from "../db/database.ts";
import type { SyncLog } from "../sync/sync-loop.ts";
import {
  type AnyDocument,
  DOCUMENT_SCHEMAS,
  documentKey,
  type DocumentSchema,
  missingDocuments,
  putDocument,
  settledDocuments,
  type WantedDocument,
} from "./document-store.ts";
import { RetryQueue } from "./retry-queue.ts";

/** The part of the store's client that is needed here: bytes that were checked against their CID. */
export type FileSource = { get(cid: string, options: { maxBytes: number }): Promise<Uint8Array> };

export type FoundDocument = { digest: string; schema: DocumentSchema; body: AnyDocument };

export class DocumentFetcher {
  readonly #database: Database;
  readonly #source: FileSource;
  readonly #log: SyncLog;
  readonly #onFound: (found: FoundDocument) => Promise<void>;
  readonly #queue = new RetryQueue();

  constructor(options: {
    database: Database;
    source: FileSource;
    log: SyncLog;
    onFound: (found: FoundDocument) => Promise<void>;
  }) {
    this.#database = options.database;
    this.#source = options.source;
    this.#log = options.log;
    this.#onFound = options.onFound;
  }

  /** Looks for everything that the projections name and that was not found yet. */
  async resume(): Promise<void> {
    for (const wanted of await missingDocuments(this.#database)) this.#fetch(wanted);
  }

  /** Looks for these, unless they are known. */
  async want(wanted: readonly WantedDocument[]): Promise<void> {
    const settled = await settledDocuments(this.#database, wanted);
    for (const document of wanted) if (!settled.has(documentKey(document))) this.#fetch(document);
  }

  /** Stores a document that a client brought, so that it need not be fetched. */
  async put(found: FoundDocument): Promise<void> {
    await putDocument(this.#database, found.digest, found.schema, { body: found.body });
    await this.#onFound(found);
  }

  /** Resolves when every search that is due has ended. */
  settled(): Promise<void> {
    return this.#queue.settled();
  }

  close(): Promise<void> {
    return this.#queue.close();
  }

  #fetch({ digest, schema }: WantedDocument): void {
    this.#queue.add(documentKey({ digest, schema }), async () => {
      const cid = cidOfDigest(digest as Hash);
      const bytes = await this.#source.get(cid, { maxBytes: LIMITS.documentBytes });
      try {
        await this.put({ digest, schema, body: parseDocument(schema, bytes) });
      } catch (error) {
        if (!(error instanceof ColophonError) || error.code !== "BAD_DOCUMENT") throw error;
        this.#log.warn({ digest, schema, reason: error.message }, "a document on chain is not what it should be");
        await putDocument(this.#database, digest, schema, { reason: error.message });
      }
      return true;
    });
  }
}

/**
 * Reads a document's bytes.
 * @throws ColophonError `BAD_DOCUMENT` for bytes that are not JSON or not of that schema
 */
export function parseDocument(schema: DocumentSchema, bytes: Uint8Array): AnyDocument {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ColophonError("BAD_DOCUMENT", "The document is not JSON.", { cause });
  }
  const parsed = DOCUMENT_SCHEMAS[schema].safeParse(value);
  if (!parsed.success) throw new ColophonError("BAD_DOCUMENT", z.prettifyError(parsed.error), { cause: parsed.error });
  return parsed.data;
}
