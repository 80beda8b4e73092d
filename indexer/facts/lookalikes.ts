/** Near-duplicate search over every registered work, in memory. */
import type { Hash } from "../../common/digest.ts";
import type { WorkKind } from "../../common/work-kind.ts";
import { FingerprintIndex } from "../../fingerprint/index.ts";

export type FingerprintEntry = { kind: WorkKind; sha256: Hash; iscc: { body: Hash; header: number } };
export type Match = {
  id: string;
  verdict: "same-file" | "very-likely-same" | "looks-similar";
  distance: number;
  bits: number;
};

export class Lookalikes {
  readonly #index = new FingerprintIndex();

  add(id: string, entry: FingerprintEntry): void {
    this.#index.add(id, entry);
  }

  remove(id: string): void {
    this.#index.remove(id);
  }

  /** Registered works that look like a file, nearest first. */
  find(entry: FingerprintEntry): Match[] {
    return this.#index.query(entry);
  }
}
