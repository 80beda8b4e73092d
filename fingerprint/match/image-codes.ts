/** Codes under which a picture is kept and looked up: ISCC's 64-bit image hash of its frames and of windows inside them. */
import { bicubicKernel, WEIGHT_ONE } from "../image/resampling.ts";
import { IMAGE_SIDE } from "../iscc/image-unit.ts";
import { type ImageFeatures, type ImageView, VIEW_SIDE } from "./image-features.ts";

/** The part of a picture that a code describes. */
export type CodePlace = {
  /** Index into the features' views. */
  view: number;
  /** Part of the view in its pixels: left, top, right, bottom. */
  window: readonly [number, number, number, number];
};

/** Codes of several places, 8 bytes each, one after another. An index holds millions: the places are shared. */
export type ImageCodes = { codes: Uint8Array<ArrayBuffer>; places: readonly CodePlace[] };

type Window = CodePlace["window"];

const WHOLE: Window = [0, 0, VIEW_SIDE, VIEW_SIDE];

/** Sides of the inner windows and their places along an axis, pixels of 64: a crop lies within 2 pixels of one of them. */
const INNER: readonly { side: number; places: readonly number[] }[] = [
  { side: 58, places: [0, 3, 6] },
  { side: 51, places: [0, 6, 13] },
];

const INNER_PLACES: readonly CodePlace[] = INNER.flatMap(({ side, places }) =>
  places.flatMap((y) => places.map((x): CodePlace => ({ view: 0, window: [x, y, x + side, y + side] }))),
);

/** Each of so many views whole. */
function wholes(views: number): CodePlace[] {
  return Array.from({ length: views }, (_, view): CodePlace => ({ view, window: WHOLE }));
}

/** Places under which pictures of so many views are registered; one list for all of them. */
function registered(views: number): readonly CodePlace[] {
  return (REGISTERED[views] ??= [...wholes(views), ...INNER_PLACES]);
}

const REGISTERED: (readonly CodePlace[] | undefined)[] = [];

/** Codes to register: each view whole, and the windows inside the whole picture, one of which is near to any crop. */
export function referenceCodes({ views }: ImageFeatures): ImageCodes {
  return codesOf(views, registered(views.length));
}

/**
 * The strip above and the strip below of the whole picture, pixels of 64: a line of letters or a bar of an eighth of the height
 * leaves one of them as it was.
 */
const BANDS: readonly CodePlace[] = [
  { view: 0, window: [0, 0, VIEW_SIDE, 24] },
  { view: 0, window: [0, 40, VIEW_SIDE, VIEW_SIDE] },
];

/** Codes of the strips, to register and to search with; each is compared with its like only. */
export function bandCodes({ views }: ImageFeatures): ImageCodes {
  return codesOf(views, BANDS);
}

/** Codes to search with: each view whole. */
export function queryCodes({ views }: ImageFeatures): ImageCodes {
  return codesOf(views, wholes(views.length));
}

/** The same picture seen in a mirror. */
export function mirrored({ views, width, height }: ImageFeatures): ImageFeatures {
  const flip = (plane: Uint8Array, width: number): Uint8Array => {
    const out = new Uint8Array(plane.length);
    for (let at = 0; at < plane.length; at++) out[at - (at % width) + width - 1 - (at % width)] = plane[at]!;
    return out;
  };
  return {
    kind: "image",
    width,
    height,
    views: views.map(({ frame: [left, top, right, bottom], gray, blue, red }) => ({
      frame: [1 - right, top, 1 - left, bottom],
      gray: flip(gray, VIEW_SIDE),
      blue: flip(blue, Math.sqrt(blue.length)),
      red: flip(red, Math.sqrt(red.length)),
    })),
  };
}

function codesOf(views: readonly ImageView[], places: readonly CodePlace[]): ImageCodes {
  const codes = new Uint8Array(8 * places.length);
  const passes = new Map<string, Float64Array>();
  for (const [i, { view, window }] of places.entries()) {
    const [left, top, right, bottom] = window;
    // Windows of one column share their sums across.
    const key = `${view} ${left} ${right}`;
    const across = passes.get(key) ?? sumsAcross(views[view]!.gray, left, right);
    passes.set(key, across);
    codes.set(signsOf(sumsDown(across, top, bottom)), 8 * i);
  }
  return { codes, places };
}

/** Frequencies of the code along each axis. */
const FREQUENCIES = 8;

/** Cosines of the type-II DCT, one row of `IMAGE_SIDE` per frequency. */
const COSINES = Float64Array.from({ length: FREQUENCIES * IMAGE_SIDE }, (_, at) => {
  const frequency = Math.floor(at / IMAGE_SIDE);
  return Math.cos((Math.PI * frequency * ((at % IMAGE_SIDE) + 0.5)) / IMAGE_SIDE);
});

/**
 * Weights of a line's pixels in each frequency of its bicubic reduction to `IMAGE_SIDE` pixels: one row of `side` per frequency.
 * Reduction and transform are both sums, and this is their product.
 */
function weightsOf(side: number): Float64Array {
  const known = WEIGHTS.get(side);
  if (known) return known;
  const { first, count, weights, taps } = bicubicKernel(side, IMAGE_SIDE);
  const out = new Float64Array(FREQUENCIES * side);
  for (let frequency = 0; frequency < FREQUENCIES; frequency++) {
    for (let pixel = 0; pixel < IMAGE_SIDE; pixel++) {
      const cosine = COSINES[frequency * IMAGE_SIDE + pixel]! / WEIGHT_ONE;
      for (let k = 0; k < count[pixel]!; k++) {
        out[frequency * side + first[pixel]! + k]! += cosine * weights[pixel * taps + k]!;
      }
    }
  }
  WEIGHTS.set(side, out);
  return out;
}

const WEIGHTS = new Map<number, Float64Array>();

/** The frequencies of each row's part between two columns. */
function sumsAcross(gray: Uint8Array, left: number, right: number): Float64Array {
  const side = right - left;
  const weights = weightsOf(side);
  const out = new Float64Array(VIEW_SIDE * FREQUENCIES);
  for (let y = 0; y < VIEW_SIDE; y++) {
    const row = y * VIEW_SIDE + left;
    for (let u = 0; u < FREQUENCIES; u++) {
      let sum = 0;
      for (let x = 0, at = u * side; x < side; x++, at++) sum += gray[row + x]! * weights[at]!;
      out[y * FREQUENCIES + u] = sum;
    }
  }
  return out;
}

/** The 8 x 8 frequencies of a window, from its rows'. */
function sumsDown(across: Float64Array, top: number, bottom: number): Float64Array {
  const side = bottom - top;
  const weights = weightsOf(side);
  const out = new Float64Array(FREQUENCIES * FREQUENCIES);
  for (let v = 0; v < FREQUENCIES; v++) {
    for (let y = 0; y < side; y++) {
      const weight = weights[v * side + y]!;
      const row = (top + y) * FREQUENCIES;
      for (let u = 0; u < FREQUENCIES; u++) out[v * FREQUENCIES + u]! += weight * across[row + u]!;
    }
  }
  return out;
}

/**
 * The first window of `imageHash` (ISO 24138): signs of 8 x 8 DCT coefficients against their median. Two dozen of them are made for each
 * picture, so only these coefficients are, by their sums and unrounded; the standard's own code is not derived from them.
 */
function signsOf(coefficients: Float64Array): Uint8Array {
  const sorted = coefficients.toSorted();
  const median = (sorted[31]! + sorted[32]!) / 2;
  const code = new Uint8Array(8);
  coefficients.forEach((value, i) => {
    if (value > median) code[i >>> 3]! |= 0x80 >>> (i & 7);
  });
  return code;
}
