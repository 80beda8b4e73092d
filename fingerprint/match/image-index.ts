/** Finds pictures by their features: candidates by codes, then by a glance and pixel by pixel, then a comparison of each with the query. */
import { byValue } from "./by-value.ts";
import {
  BAND_SEARCH_RADIUS,
  ComparableImage,
  compareImages,
  firstGlance,
  type ImageComparison,
  IMAGE_SEARCH_RADIUS,
  type Trial,
  trialsOf,
} from "./compare-images.ts";
import { compareStill, stillDistance } from "./compare-still.ts";
import { bestFirst, type FeatureMatch, type FeatureMatches } from "./feature-match.ts";
import type { ImageFeatures } from "./image-features.ts";
import { isPlain, type Judgement, judgeImages, judgeStill, marginOf } from "./judge.ts";
import { OwnedCodes } from "./owned-codes.ts";

/** Candidates per query that are glanced at, nearest codes first, and of those that are compared, likeliest first. */
const MOST_GLANCES = 400;
const MOST_COMPARISONS = 40;

/**
 * Besides them, those of the candidates that lie closest to the query pixel by pixel, nothing moved: in a series of fine drawings all
 * look the same at a glance.
 */
const MOST_STILL = 4000;
const STILL_COMPARISONS = 8;

/** Glance below which a comparison is not worth it; 99 of 100 copies that lost a fifth have more than 0.45. */
const LEAST_GLANCE = 0.3;

/** Pictures that stay ready for a comparison (see `ComparableImage.release`), those of the last queries: 80 MB for each thousand views. */
const MOST_READY = 1000;

/** Searchable pictures by key. */
export class ImageIndex {
  readonly #pictures = new Map<string, ComparableImage>();
  readonly #codes = new OwnedCodes();
  readonly #bands = new OwnedCodes();
  /** Keys that were compared, the latest last. */
  readonly #ready = new Set<string>();
  readonly #mostReady: number;

  /** @param mostReady pictures that stay ready for a comparison */
  constructor(mostReady = MOST_READY) {
    this.#mostReady = mostReady;
  }

  get size(): number {
    return this.#pictures.size;
  }

  /** Pictures that stay ready for a comparison. */
  get ready(): number {
    return this.#ready.size;
  }

  has(key: string): boolean {
    return this.#pictures.has(key);
  }

  /** Adds a picture, or replaces what was known under its key. */
  add(key: string, features: ImageFeatures): void {
    this.remove(key);
    const picture = new ComparableImage(features);
    this.#pictures.set(key, picture);
    this.#codes.add(key, picture.referenceCodes.codes);
    this.#bands.add(key, picture.bandCodes.codes);
  }

  remove(key: string): void {
    if (!this.#pictures.delete(key)) return;
    this.#ready.delete(key);
    this.#codes.remove(key);
    this.#bands.remove(key);
  }

  /** Pictures that agree with a query, best first. @param leaveOut a key that is not to be found */
  query(features: ImageFeatures, leaveOut?: string): FeatureMatches {
    const query = new ComparableImage(features);
    const near = this.#near(query, leaveOut);
    const likely = this.#likeliest(query, near.slice(0, MOST_GLANCES));
    const candidates = [...new Set([...likely.keys(), ...this.#closestStill(query, near.slice(0, MOST_STILL))])];
    const agreeing = candidates.flatMap((key): Agreeing[] => {
      const reference = this.#picture(key);
      const still = compareStill(query, reference);
      const trials = likely.get(key);
      const moved = judgeStill(still) || !trials ? null : compareImages(query, reference, trials);
      const comparison = moved ?? still;
      const judgement = moved ? judgeImages(moved) : judgeStill(still);
      return judgement ? [{ key, comparison, judgement, still: !moved }] : [];
    });
    this.#release();
    return { matches: bestFirst(onlyClosest(agreeing)), candidates };
  }

  /** A picture that is about to be compared. */
  #picture(key: string): ComparableImage {
    this.#ready.delete(key);
    this.#ready.add(key);
    return this.#pictures.get(key)!;
  }

  #release(): void {
    for (const key of this.#ready) {
      if (this.#ready.size <= this.#mostReady) return;
      this.#pictures.get(key)!.release();
      this.#ready.delete(key);
    }
  }

  /** Keys of pictures with a code near one of the query's, nearest first. */
  #near(query: ComparableImage, leaveOut?: string): string[] {
    const sides = [query, query.mirrored];
    const nearest = new Map<string, number>();
    for (const found of [
      ...this.#codes.near(joined(sides.map((side) => side.queryCodes.codes)), IMAGE_SEARCH_RADIUS),
      ...this.#bands.near(joined(sides.map((side) => side.bandCodes.codes)), BAND_SEARCH_RADIUS),
    ]) {
      for (const [key, distance] of found) {
        if (key !== leaveOut && distance < (nearest.get(key) ?? Infinity)) nearest.set(key, distance);
      }
    }
    return byValue(nearest);
  }

  /** Those that look alike at a glance, likeliest first, with the places where they may lie. */
  #likeliest(query: ComparableImage, keys: readonly string[]): Map<string, Trial[]> {
    const glances = keys.map((key) => {
      const reference = this.#picture(key);
      const trials = trialsOf(query, reference);
      return { key, trials, glance: firstGlance(trials, reference) };
    });
    const likely = glances.filter(({ glance }) => glance >= LEAST_GLANCE).sort((a, b) => b.glance - a.glance);
    return new Map(likely.slice(0, MOST_COMPARISONS).map(({ key, trials }) => [key, trials]));
  }

  /** Those that lie closest pixel by pixel, seen as they are or in a mirror, by both measures. */
  #closestStill(query: ComparableImage, keys: readonly string[]): string[] {
    const sides = [query, query.mirrored];
    const fine = new Map<string, number>();
    const coarse = new Map<string, number>();
    for (const key of keys) {
      const distances = sides.map((side) => stillDistance(side, this.#pictures.get(key)!));
      fine.set(key, Math.min(...distances.map((distance) => distance.fine)));
      coarse.set(key, Math.min(...distances.map((distance) => distance.coarse)));
    }
    return [fine, coarse].flatMap((distances) => byValue(distances).slice(0, STILL_COMPARISONS));
  }
}

/** A candidate that agrees with the query, and whether it did as it is, nothing moved. */
type Agreeing = { key: string; comparison: ImageComparison; judgement: NonNullable<Judgement>; still: boolean };

/**
 * Of several drawings that are very likely the same, only the closest is; the others look similar. What had to be moved or toned to
 * fit is no rival to what fits as it is.
 */
function onlyClosest(agreeing: readonly Agreeing[]): FeatureMatch[] {
  const sure = agreeing.filter(({ judgement }) => judgement === "very-likely-same");
  const stills = sure.filter(({ still }) => still);
  const rivals = new Set(stills.length > 0 ? stills : sure);
  const closest = Math.min(...[...rivals].map(({ comparison }) => comparison.agreement.difference));
  return agreeing.map((found): FeatureMatch => {
    const { difference } = found.comparison.agreement;
    const plain = isPlain(found.comparison);
    const fits = rivals.has(found) && difference <= closest + marginOf(found.comparison);
    const judgement = plain && !fits ? "looks-similar" : found.judgement;
    return { key: found.key, judgement, difference, plain };
  });
}

function joined(lists: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    out.set(list, at);
    at += list.length;
  }
  return out;
}
