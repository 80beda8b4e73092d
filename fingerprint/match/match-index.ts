/** Finds works by their features: candidates by codes, then a comparison of each with the query. */
import { type AudioFeatures, audioQueryCodes, audioReferenceCodes } from "./audio-features.ts";
import { byValue } from "./by-value.ts";
import { compareAudio } from "./compare-audio.ts";
import { compareTexts } from "./compare-texts.ts";
import { bestFirst, type FeatureMatch, type FeatureMatches } from "./feature-match.ts";
import { ImageIndex } from "./image-index.ts";
import { judgeAudio, judgeTexts } from "./judge.ts";
import type { MatchFeatures } from "./match-features.ts";
import { OwnedCodes } from "./owned-codes.ts";
import type { TextFeatures } from "./text-features.ts";
import { unsearchable } from "./unsearchable.ts";

/** Texts and sounds per query that are compared, likeliest first. */
const MOST_COMPARISONS = 40;

/** Bits of 64 within which a window of a sound is a candidate's, and the share of windows that makes a candidate. */
const AUDIO_RADIUS = 14;
const AUDIO_SHARE = 0.3;

/** Hashes of a text under which it is listed, and how many a candidate shares with the query. */
const LISTED_HASHES = 128;
const SHARED_HASHES = 3;

/**
 * Works by key, of all media. What is too plain or too short (see `unsearchable`) is neither kept nor found.
 * Memory per picture about 10 KB and for each trimmed view 5 KB more (beside 80 KB for each view of the thousand that were compared last), per text and minute of sound 4 KB.
 */
export class MatchIndex {
  readonly #images = new ImageIndex();
  readonly #texts = new Map<string, TextFeatures>();
  readonly #sounds = new Map<string, AudioFeatures>();
  readonly #audioCodes = new OwnedCodes();
  readonly #listed = new Map<number, Set<string>>();

  get size(): number {
    return this.#images.size + this.#texts.size + this.#sounds.size;
  }

  has(key: string): boolean {
    return this.#images.has(key) || this.#texts.has(key) || this.#sounds.has(key);
  }

  /** Adds a work, or replaces what was known under its key. @returns why it cannot be searched for, or null */
  add(key: string, features: MatchFeatures): string | null {
    this.remove(key);
    const reason = unsearchable(features);
    if (reason !== null) return reason;
    if (features.kind === "image") {
      this.#images.add(key, features);
    } else if (features.kind === "text") {
      this.#texts.set(key, features);
      for (const hash of features.hashes.subarray(0, LISTED_HASHES)) {
        const keys = this.#listed.get(hash);
        if (keys) keys.add(key);
        else this.#listed.set(hash, new Set([key]));
      }
    } else {
      this.#sounds.set(key, features);
      this.#audioCodes.add(key, audioReferenceCodes(features));
    }
    return null;
  }

  remove(key: string): void {
    this.#images.remove(key);
    if (this.#sounds.delete(key)) this.#audioCodes.remove(key);
    const text = this.#texts.get(key);
    if (!text) return;
    this.#texts.delete(key);
    for (const hash of text.hashes.subarray(0, LISTED_HASHES)) {
      const keys = this.#listed.get(hash);
      keys?.delete(key);
      if (keys?.size === 0) this.#listed.delete(hash);
    }
  }

  /**
   * Works that agree with a query, best first; none when the query itself is unsearchable.
   * @param leaveOut a key that is not to be found
   */
  query(features: MatchFeatures, leaveOut?: string): FeatureMatches {
    if (unsearchable(features) !== null) return { matches: [], candidates: [] };
    if (features.kind === "image") return this.#images.query(features, leaveOut);
    const near = features.kind === "text" ? this.#nearTexts(features) : this.#nearSounds(features);
    const candidates = near.filter((key) => key !== leaveOut).slice(0, MOST_COMPARISONS);
    const matches = candidates.flatMap((key): FeatureMatch[] => {
      if (features.kind === "text") {
        const found = compareTexts(features, this.#texts.get(key)!);
        const judgement = judgeTexts(found);
        return judgement ? [{ key, judgement, difference: 1 - found.containment, plain: false }] : [];
      }
      const found = compareAudio(features, this.#sounds.get(key)!);
      const judgement = judgeAudio(found);
      return judgement ? [{ key, judgement, difference: found.error, plain: false }] : [];
    });
    return { matches: bestFirst(matches), candidates };
  }

  #nearTexts({ hashes }: TextFeatures): string[] {
    const shared = new Map<string, number>();
    for (const hash of hashes) {
      for (const key of this.#listed.get(hash) ?? []) shared.set(key, (shared.get(key) ?? 0) - 1);
    }
    return byValue(shared).filter((key) => shared.get(key)! <= -SHARED_HASHES);
  }

  #nearSounds(features: AudioFeatures): string[] {
    const near = this.#audioCodes.near(audioQueryCodes(features), AUDIO_RADIUS);
    const votes = new Map<string, number>();
    for (const found of near) for (const key of found.keys()) votes.set(key, (votes.get(key) ?? 0) - 1 / near.length);
    return byValue(votes).filter((key) => votes.get(key)! <= -AUDIO_SHARE);
  }
}
