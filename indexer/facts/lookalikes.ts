/** Near-duplicate search over every registered work, in memory. */
import { hasCode } from "../../common/errors.ts";
import type { Hash } from "../../common/digest.ts";
import {
  type FingerprintEntry,
  FingerprintIndex,
  type FingerprintMatch,
  type MatchFeatures,
} from "../../fingerprint/index.ts";

export class Lookalikes {
  readonly #index = new FingerprintIndex();

  /** Adds a work; one whose header on chain is no ISCC's cannot be searched for and is left out. */
  add(id: string, entry: FingerprintEntry): void {
    try {
      this.#index.add(id, entry);
    } catch (error) {
      if (!hasCode(error, "BAD_ISCC")) throw error;
    }
  }

  /** Makes a file's features known, so that works with it are compared and not only their codes. */
  learn(sha256: Hash, features: MatchFeatures): void {
    this.#index.learn(sha256, features);
  }

  remove(id: string): void {
    this.#index.remove(id);
  }

  /** Registered works that look like a file, closest first. @throws ColophonError `BAD_ISCC` */
  find(entry: FingerprintEntry): FingerprintMatch[] {
    return this.#index.query(entry);
  }
}
