/** Makes the facts about files in the background, once per file. */
import type { StoredFile, WorkMetadata } from "../../common/documents.ts";
import { hasCode } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import type { Database } from "../db/database.ts";
import type { SyncLog } from "../sync/sync-loop.ts";
import type { FileSource } from "./document-fetcher.ts";
import { foundMetadata } from "./document-store.ts";
import { hasMedia, hasMediaRow, mediaOf, putMedia } from "./media.ts";
import { RetryQueue } from "./retry-queue.ts";

export class MediaMaker {
  readonly #database: Database;
  readonly #source: FileSource;
  readonly #log: SyncLog;
  readonly #onMade: (cid: string) => void;
  // One at a time: decoding is heavy, and pages can wait for a color.
  readonly #queue = new RetryQueue({ parallel: 1, firstDelayMs: 500 });

  constructor(options: { database: Database; source: FileSource; log: SyncLog; onMade: (cid: string) => void }) {
    this.#database = options.database;
    this.#source = options.source;
    this.#log = options.log;
    this.#onMade = options.onMade;
  }

  /** Makes what is missing for works that are known. */
  async resume(): Promise<void> {
    for (const { body } of await foundMetadata(this.#database)) this.want(body);
  }

  want(metadata: WorkMetadata): void {
    for (const file of [metadata.file, metadata.cover]) if (file && hasMedia(file.mediaType)) this.#make(file);
  }

  /** As `want`, from bytes that are at hand. */
  async put(file: Omit<StoredFile, "bytes">, bytes: Uint8Array): Promise<void> {
    if (!hasMedia(file.mediaType) || (await hasMediaRow(this.#database, file))) return;
    await putMedia(this.#database, file, await mediaOf(bytes, file));
    this.#onMade(file.cid);
  }

  settled(): Promise<void> {
    return this.#queue.settled();
  }

  close(): Promise<void> {
    return this.#queue.close();
  }

  #make(file: StoredFile): void {
    let timeouts = 0;
    this.#queue.add(`${file.cid} ${file.sha256}`, async () => {
      if (await hasMediaRow(this.#database, file)) return true;
      const bytes = await this.#source.get(file.cid, { maxBytes: LIMITS.uploadBytes });
      try {
        await this.put(file, bytes);
      } catch (error) {
        if (hasCode(error, "PICTURE_TIMEOUT")) timeouts += 1;
        if (!isFinal(error) && timeouts < MAX_TIMEOUTS) throw error;
        this.#log.warn({ cid: file.cid, error: (error as Error).message }, "no preview can be made of a file");
        await putMedia(this.#database, file, { width: null, height: null, color: null, excerpt: null });
      }
      return true;
    });
  }
}

/** Time-outs of one picture before it is given up: the machine may only have been busy. */
const MAX_TIMEOUTS = 3;

/** The bytes are what they are: a file that cannot be read now never can. Anything else is tried again. */
function isFinal(error: unknown): boolean {
  return ["WRONG_BYTES", "UNSUPPORTED_MEDIA", "BROKEN_MEDIA", "EMPTY_FILE"].some((code) => hasCode(error, code));
}
