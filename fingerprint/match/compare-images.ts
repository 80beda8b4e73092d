/** The verification stage for pictures: registers a query on a reference wherever their codes say that it may lie. */
import { bitDistance } from "../search/bit-distance.ts";
import { type ImageAgreement, imageAgreement } from "./image-agreement.ts";
import { bandCodes, type CodePlace, type ImageCodes, mirrored, queryCodes, referenceCodes } from "./image-codes.ts";
import { evenness, flatShare, type ImageFeatures, paletteShare, shorterSide, VIEW_SIDE } from "./image-features.ts";
import { type Affine, type Pyramid, pyramidOf } from "./image-pyramid.ts";
import { IMAGE_SAME_STRUCTURE } from "./judge.ts";
import { roughCorrelation } from "./register-images.ts";

/** Bits of 64 within which two codes are worth a registration. */
export const IMAGE_SEARCH_RADIUS = 18;

/** The same for the strips, which are looked for where they were. */
export const BAND_SEARCH_RADIUS = 12;

/** Places where a registration is tried, nearest codes first: the windows overlap, so the second and third mostly agree. */
const TRIALS = 3;

/** Difference, gray levels, at which no further place is tried. */
const EXACT = 3;

/** Structure from which no other place can be the right one. */
const SETTLED = 0.9;

/** A picture with what a comparison needs, made once. */
export class ComparableImage {
  readonly features: ImageFeatures;
  readonly #pyramids: (Pyramid | undefined)[];
  #queryCodes: ImageCodes | null = null;
  #referenceCodes: ImageCodes | null = null;
  #bandCodes: ImageCodes | null = null;
  #mirrored: ComparableImage | null = null;
  #flat: number[] | null = null;
  #palette: number[] | null = null;

  constructor(features: ImageFeatures) {
    this.features = features;
    this.#pyramids = features.views.map(() => undefined);
  }

  /** The whole picture's thumbnail. */
  get gray(): Uint8Array {
    return this.features.views[0]!.gray;
  }

  flatShare(view: number): number {
    return (this.#flat ??= this.features.views.map(flatShare))[view]!;
  }

  paletteShare(view: number): number {
    return (this.#palette ??= this.features.views.map(paletteShare))[view]!;
  }

  get queryCodes(): ImageCodes {
    return (this.#queryCodes ??= queryCodes(this.features));
  }

  get referenceCodes(): ImageCodes {
    return (this.#referenceCodes ??= referenceCodes(this.features));
  }

  get bandCodes(): ImageCodes {
    return (this.#bandCodes ??= bandCodes(this.features));
  }

  get mirrored(): ComparableImage {
    return (this.#mirrored ??= new ComparableImage(mirrored(this.features)));
  }

  /** Width of a view over its height, in pixels of the picture. */
  shape(view: number): number {
    const [left, top, right, bottom] = this.features.views[view]!.frame;
    return ((right - left) * this.features.width) / ((bottom - top) * this.features.height);
  }

  /** Drops what is quickly made again and takes much more memory than the rest: 80 KB for each view that was compared. */
  release(): void {
    this.#pyramids.fill(undefined);
    this.#mirrored = null;
  }

  pyramid(view: number): Pyramid {
    return (this.#pyramids[view] ??= pyramidOf(this.features.views[view]!.gray, VIEW_SIDE));
  }
}

/** The best registration that was found. */
export type ImageComparison = {
  agreement: ImageAgreement;
  /** The query shows the reference in a mirror. */
  mirrored: boolean;
  /** Share of even ground in the views compared, the larger of both; see `flatShare`. */
  flat: number;
  /** Share of a small palette, the larger of both; see `paletteShare`. */
  palette: number;
  /** The shorter side of the larger picture, pixels. */
  side: number;
  /** How much more the query is drawn out along one axis than along the other to lie on the reference, at least 1. */
  stretch: number;
};

/** A place where the query may lie on the reference. */
export type Trial = {
  query: ComparableImage;
  queryView: number;
  reference: CodePlace;
  mirrored: boolean;
  distance: number;
};

/** How alike two pictures look at 16 x 16 pixels at the best of the places; -1 to 1. */
export function firstGlance(trials: readonly Trial[], reference: ComparableImage): number {
  const glances = trials.map(({ query, queryView, reference: { view, window } }) =>
    roughCorrelation(reference.pyramid(view), query.pyramid(queryView), startOf(window)),
  );
  return Math.max(-1, ...glances);
}

/** @returns null when no codes are near or nothing fits */
export function compareImages(
  query: ComparableImage,
  reference: ComparableImage,
  trials: readonly Trial[] = trialsOf(query, reference),
): ImageComparison | null {
  let best: ImageComparison | null = null;
  for (const trial of likeliest(trials, reference)) {
    const { view, window } = trial.reference;
    const flat = Math.max(trial.query.flatShare(trial.queryView), reference.flatShare(view));
    const agreement = imageAgreement(
      { view: reference.features.views[view]!, pyramid: reference.pyramid(view) },
      { view: trial.query.features.views[trial.queryView]!, pyramid: trial.query.pyramid(trial.queryView) },
      startOf(window),
      evenness(flat),
    );
    if (!agreement) continue;
    if (!best || agreement.structure > best.agreement.structure) {
      best = {
        agreement,
        mirrored: trial.mirrored,
        flat,
        palette: Math.max(trial.query.paletteShare(trial.queryView), reference.paletteShare(view)),
        side: Math.max(shorterSide(query.features), shorterSide(reference.features)),
        stretch: stretchOf(agreement.map, trial, reference),
      };
    }
    if (best.agreement.difference <= EXACT || best.agreement.structure >= SETTLED) break;
  }
  return best;
}

/** Thumbnails are squeezed to squares: whether the pictures themselves have one shape is seen from their sides. */
function stretchOf(map: Affine, { query, queryView, reference: { view } }: Trial, reference: ComparableImage): number {
  const a = reference.shape(view);
  const b = query.shape(queryView);
  const ratio = (map[1] * a) / (map[5] * b);
  return Math.max(ratio, 1 / ratio);
}

/** Best glance first; small drawings, which have to lie over each other pixel by pixel, are tried at the best place only. */
function likeliest(trials: readonly Trial[], reference: ComparableImage): Trial[] {
  const glances = new Map(trials.map((trial) => [trial, firstGlance([trial], reference)]));
  const sorted = trials.toSorted((a, b) => glances.get(b)! - glances.get(a)!);
  const even = sorted.every(({ query, queryView, reference: { view } }) => {
    return evenness(Math.max(query.flatShare(queryView), reference.flatShare(view))) === 1;
  });
  const side = Math.max(shorterSide(reference.features), ...sorted.map(({ query }) => shorterSide(query.features)));
  return even && side < IMAGE_SAME_STRUCTURE.drawingSide ? sorted.slice(0, 1) : sorted;
}

/** Nearest codes first, at most one trial per pair of views: others begin a few pixels away and end at the same place. */
export function trialsOf(query: ComparableImage, reference: ComparableImage): Trial[] {
  const trials: Trial[] = [];
  const known = reference.referenceCodes;
  for (const side of [query, query.mirrored]) {
    const { codes, places } = side.queryCodes;
    for (const [i, { view: queryView }] of places.entries()) {
      const nearest = new Map<number, Trial>();
      for (const [j, place] of known.places.entries()) {
        const distance = distance64(codes, i, known.codes, j);
        if (distance > IMAGE_SEARCH_RADIUS || distance >= (nearest.get(place.view)?.distance ?? Infinity)) continue;
        nearest.set(place.view, { query: side, queryView, reference: place, mirrored: side !== query, distance });
      }
      trials.push(...nearest.values());
    }
  }
  const byBand = bandTrial(query, reference);
  if (byBand && !trials.some((trial) => sameStart(trial, byBand))) trials.push(byBand);
  return trials.sort((a, b) => a.distance - b.distance).slice(0, TRIALS);
}

/** Both pictures whole, for the nearest of their strips; null when none is near. */
function bandTrial(query: ComparableImage, reference: ComparableImage): Trial | null {
  let best: Trial | null = null;
  const whole = reference.referenceCodes.places[0]!;
  for (const side of [query, query.mirrored]) {
    const { codes, places } = side.bandCodes;
    for (let i = 0; i < places.length; i++) {
      const distance = distance64(codes, i, reference.bandCodes.codes, i);
      if (distance > BAND_SEARCH_RADIUS || distance >= (best?.distance ?? Infinity)) continue;
      best = { query: side, queryView: 0, reference: whole, mirrored: side !== query, distance };
    }
  }
  return best;
}

function sameStart(a: Trial, b: Trial): boolean {
  return a.query === b.query && a.queryView === b.queryView && a.reference === b.reference;
}

function startOf([left, top, right, bottom]: CodePlace["window"]): Affine {
  return [left / VIEW_SIDE, (right - left) / VIEW_SIDE, 0, top / VIEW_SIDE, 0, (bottom - top) / VIEW_SIDE];
}

/** Bits in which one of some codes differs from one of others. */
function distance64(a: Uint8Array, i: number, b: Uint8Array, j: number): number {
  let distance = 0;
  for (let k = 0; k < 8; k += 4) distance += bitDistance(word(a, 8 * i + k), word(b, 8 * j + k));
  return distance;
}

function word(code: Uint8Array, at: number): number {
  return (code[at]! << 24) | (code[at + 1]! << 16) | (code[at + 2]! << 8) | code[at + 3]!;
}
