/** Makes the facts about files in the background, once per file. */
import type { Hash } from "../../common/digest.ts";
import type { StoredFile, WorkMetadata } from "../../common/documents.ts";
import { hasCode } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import type { Database } from "../db/database.ts";
import type { SyncLog } from "../sync/sync-loop.ts";
import { decodeFeatures, type MatchFeatures } from "../../fingerprint/index.ts";
import type { FileSource } from "./document-fetcher.ts";
import { foundMetadata } from "./document-store.ts";
import { FeatureMaker } from "./feature-maker.ts";
import { putFeatures } from "./match-features.ts";
import { hasMedia, hasMediaRow, mediaOf, putMedia } from "./media.ts";
import { RetryQueue } from "./retry-queue.ts";

export class MediaMaker {
  readonly #database: Database;
  readonly #source: FileSource;
  readonly #log: SyncLog;
  readonly #onMade: (cid: string) => void;
  readonly #onFeatures: (sha256: Hash, features: MatchFeatures) => void;
  readonly #features = new FeatureMaker();
  // One at a time: decoding is heavy, and pages can wait for a color.
  readonly #queue = new RetryQueue({ parallel: 1, firstDelayMs: 500 });

  constructor(options: {
    database: Database;
    source: FileSource;
    log: SyncLog;
    onMade: (cid: string) => void;
    onFeatures: (sha256: Hash, features: MatchFeatures) => void;
  }) {
    this.#database = options.database;
    this.#source = options.source;
    this.#log = options.log;
    this.#onMade = options.onMade;
    this.#onFeatures = options.onFeatures;
  }

  /** Makes what is missing for works that are known. */
  async resume(): Promise<void> {
    for (const { body } of await foundMetadata(this.#database)) this.want(body);
  }

  want(metadata: WorkMetadata): void {
    for (const file of [metadata.file, metadata.cover]) if (file && isWanted(file.mediaType)) this.#make(file);
  }

  /** As `want`, from bytes that are at hand. */
  async put(file: Omit<StoredFile, "bytes">, bytes: Uint8Array): Promise<void> {
    if (!isWanted(file.mediaType) || (await hasMediaRow(this.#database, file))) return;
    const media = await mediaOf(bytes, file);
    // Before the media row: a stop between the two must not leave a file without features for good.
    const features = await this.#features.make(bytes);
    if (features) {
      await putFeatures(this.#database, file.sha256, features);
      this.#onFeatures(file.sha256 as Hash, decodeFeatures(features));
    }
    await putMedia(this.#database, file, media);
    this.#onMade(file.cid);
  }

  settled(): Promise<void> {
    return this.#queue.settled();
  }

  async close(): Promise<void> {
    await this.#queue.close();
    await this.#features.close();
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

/** Files that have something to show, or sounds, which are only compared. */
function isWanted(mediaType: string): boolean {
  return hasMedia(mediaType) || mediaType.startsWith("audio/");
}

/** Time-outs of one picture before it is given up: the machine may only have been busy. */
const MAX_TIMEOUTS = 3;

/** The bytes are what they are: a file that cannot be read now never can. Anything else is tried again. */
function isFinal(error: unknown): boolean {
  return ["WRONG_BYTES", "UNSUPPORTED_MEDIA", "BROKEN_MEDIA", "EMPTY_FILE"].some((code) => hasCode(error, code));
}
