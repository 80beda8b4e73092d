/** Finds works by their features: candidates by codes, then a comparison of each with the query. */
import { CodeColumn } from "../search/code-column.ts";
import { type AudioFeatures, audioQueryCodes, audioReferenceCodes } from "./audio-features.ts";
import { compareAudio } from "./compare-audio.ts";
import {
  BAND_SEARCH_RADIUS,
  ComparableImage,
  compareImages,
  firstGlance,
  unmovedDifference,
  IMAGE_SEARCH_RADIUS,
  trialsOf,
} from "./compare-images.ts";
import { compareTexts } from "./compare-texts.ts";
import type { ImageCode } from "./image-codes.ts";
import type { ImageFeatures } from "./image-features.ts";
import { isPlain, type Judgement, judgeAudio, judgeImages, judgeTexts, marginOf } from "./judge.ts";
import type { MatchFeatures } from "./match-features.ts";
import type { TextFeatures } from "./text-features.ts";
import { unsearchable } from "./unsearchable.ts";

/** A work that agrees with the query. */
export type FeatureMatch = {
  key: string;
  judgement: NonNullable<Judgement>;
  /** How far apart, 0 for equal; comparable within one medium only. */
  difference: number;
  /** A drawing, of which only the closest match can be very likely the same; see `isPlain`. */
  plain: boolean;
};

export type FeatureMatches = {
  /** Best first. */
  matches: FeatureMatch[];
  /** Keys that the codes pointed to and the comparison saw. */
  candidates: string[];
};

/** Candidates per query that are glanced at, nearest codes first, and of those that are compared, likeliest first. */
const MOST_GLANCES = 400;
const MOST_COMPARISONS = 40;

/** Besides them, those that lie closest to the query pixel by pixel: in a series of fine drawings all look the same at a glance. */
const UNMOVED_COMPARISONS = 8;

/** Glance below which a comparison is not worth it; 99 of 100 copies that lost a fifth have more than 0.45. */
const LEAST_GLANCE = 0.3;

/** Bits of 64 within which a window of a sound is a candidate's, and the share of windows that makes a candidate. */
const AUDIO_RADIUS = 14;
const AUDIO_SHARE = 0.3;

/** Hashes of a text under which it is listed, and how many a candidate shares with the query. */
const LISTED_HASHES = 128;
const SHARED_HASHES = 3;

/** Codes of many works in one column, with the work of each row. */
class OwnedCodes {
  #column = new CodeColumn(64);
  #owners: string[] = [];
  readonly #rows = new Map<string, number[]>();

  add(key: string, codes: Uint8Array): void {
    if (codes.length === 0) return;
    const first = this.#column.append(codes);
    const rows = Array.from({ length: codes.length / 8 }, (_, i) => first + i);
    for (const row of rows) this.#owners[row] = key;
    this.#rows.set(key, rows);
  }

  remove(key: string): void {
    for (const row of this.#rows.get(key) ?? []) this.#column.remove(row);
    this.#rows.delete(key);
    if (this.#column.rows > 1024 && this.#column.size * 2 < this.#column.rows) this.#compact();
  }

  /** Per query code the works near it, each with its least distance. */
  near(codes: Uint8Array, radius: number): Map<string, number>[] {
    if (codes.length === 0) return [];
    return this.#column.within(codes, radius).map((hits) => {
      const nearest = new Map<string, number>();
      for (const { row, distance } of hits) {
        const key = this.#owners[row]!;
        if (distance < (nearest.get(key) ?? Infinity)) nearest.set(key, distance);
      }
      return nearest;
    });
  }

  /** Leaves the tombstones behind when they are the larger half. */
  #compact(): void {
    const old = this.#column;
    const kept = [...this.#rows];
    this.#column = new CodeColumn(64);
    this.#owners = [];
    for (const [key, rows] of kept) {
      const codes = new Uint8Array(rows.length * 8);
      rows.forEach((row, i) => codes.set(old.code(row), 8 * i));
      this.add(key, codes);
    }
  }
}

/**
 * Works by key, of all media. What is too plain or too short (see `unsearchable`) is neither kept nor found.
 * Memory per picture about 5 KB for each view, per text and minute of sound 4 KB.
 */
export class MatchIndex {
  readonly #images = new Map<string, ComparableImage>();
  readonly #texts = new Map<string, TextFeatures>();
  readonly #sounds = new Map<string, AudioFeatures>();
  readonly #imageCodes = new OwnedCodes();
  readonly #bandCodes = new OwnedCodes();
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
      const image = new ComparableImage(features);
      this.#images.set(key, image);
      this.#imageCodes.add(key, joined(image.referenceCodes));
      this.#bandCodes.add(key, joined(image.bandCodes));
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
    if (this.#images.delete(key)) {
      this.#imageCodes.remove(key);
      this.#bandCodes.remove(key);
    }
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
    if (features.kind === "image") return this.#queryImage(features, leaveOut);
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

  #queryImage(features: ImageFeatures, leaveOut?: string): FeatureMatches {
    const query = new ComparableImage(features);
    const sides = [query, query.mirrored];
    const codes = joined(sides.flatMap((side) => side.queryCodes));
    const bands = joined(sides.flatMap((side) => side.bandCodes));
    const nearest = new Map<string, number>();
    for (const found of [
      ...this.#imageCodes.near(codes, IMAGE_SEARCH_RADIUS),
      ...this.#bandCodes.near(bands, BAND_SEARCH_RADIUS),
    ]) {
      for (const [key, distance] of found) {
        if (key !== leaveOut && distance < (nearest.get(key) ?? Infinity)) nearest.set(key, distance);
      }
    }
    const glances = byValue(nearest)
      .slice(0, MOST_GLANCES)
      .map((key) => {
        const reference = this.#images.get(key)!;
        const trials = trialsOf(query, reference);
        return { key, reference, trials, glance: firstGlance(trials, reference) };
      });
    const likely = glances.filter(({ glance }) => glance >= LEAST_GLANCE).sort((a, b) => b.glance - a.glance);
    const unmoved = likely.slice(MOST_COMPARISONS).map((found) => ({
      ...found,
      difference: Math.min(...sides.map((side) => unmovedDifference(side, found.reference))),
    }));
    unmoved.sort((a, b) => a.difference - b.difference);
    const closer = [...likely.slice(0, MOST_COMPARISONS), ...unmoved.slice(0, UNMOVED_COMPARISONS)];
    const candidates = closer.map(({ key }) => key);
    const matches: FeatureMatch[] = [];
    const margins = new Map<FeatureMatch, number>();
    for (const { key, reference, trials } of closer) {
      const found = compareImages(query, reference, trials);
      const judgement = found && judgeImages(found);
      if (!judgement) continue;
      const match = { key, judgement, difference: found.agreement.difference, plain: isPlain(found) };
      margins.set(match, marginOf(found));
      matches.push(match);
    }
    const sure = matches.filter(({ judgement }) => judgement === "very-likely-same");
    const closest = Math.min(...sure.map(({ difference }) => difference));
    for (const match of sure) {
      if (match.plain && match.difference > closest + margins.get(match)!) match.judgement = "looks-similar";
    }
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

/** The 64-bit codes one after another. */
function joined(codes: readonly ImageCode[]): Uint8Array {
  const out = new Uint8Array(codes.length * 8);
  codes.forEach(({ code }, i) => out.set(code, 8 * i));
  return out;
}

/** Keys by ascending value. */
function byValue(values: Map<string, number>): string[] {
  return [...values].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)).map(([key]) => key);
}

function bestFirst(matches: FeatureMatch[]): FeatureMatch[] {
  const rank = ({ judgement }: FeatureMatch): number => (judgement === "very-likely-same" ? 0 : 1);
  return matches.sort((a, b) => rank(a) - rank(b) || a.difference - b.difference || (a.key < b.key ? -1 : 1));
}
