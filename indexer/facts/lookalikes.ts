/** Near-duplicate search over every registered work, in memory. */
import { hasCode } from "../../common/errors.ts";
import { type FingerprintEntry, FingerprintIndex, type FingerprintMatch } from "../../fingerprint/index.ts";

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

  remove(id: string): void {
    this.#index.remove(id);
  }

  /** Registered works that look like a file, closest first. @throws ColophonError `BAD_ISCC` */
  find(entry: FingerprintEntry): FingerprintMatch[] {
    return this.#index.query(entry);
  }
}
