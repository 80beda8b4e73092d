/** Codes under which a picture is kept and looked up: ISCC's 64-bit image hash of its frames and of windows inside them. */
import { applyKernel, bicubicKernel } from "../image/bicubic.ts";
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
  for (const [i, { view, window }] of places.entries()) codes.set(hash64(reduced(views[view]!.gray, window)), 8 * i);
  return { codes, places };
}

function reduced(gray: Uint8Array, [left, top, right, bottom]: Window): Uint8Array {
  const kernel = bicubicKernel(right - left, IMAGE_SIDE);
  const height = bottom - top;
  const columns = new Uint8Array(IMAGE_SIDE * height);
  for (let y = 0; y < height; y++) {
    const row = (top + y) * VIEW_SIDE;
    applyKernel(kernel, gray.subarray(row + left, row + right), columns, y, height);
  }
  const out = new Uint8Array(IMAGE_SIDE * IMAGE_SIDE);
  for (let x = 0; x < IMAGE_SIDE; x++) {
    applyKernel(kernel, columns.subarray(x * height, (x + 1) * height), out, x, IMAGE_SIDE);
  }
  return out;
}

/** Frequencies of the code along each axis. */
const FREQUENCIES = 8;

/** Cosines of the type-II DCT, one row of `IMAGE_SIDE` per frequency. */
const COSINES = Float64Array.from({ length: FREQUENCIES * IMAGE_SIDE }, (_, at) => {
  const frequency = Math.floor(at / IMAGE_SIDE);
  return Math.cos((Math.PI * frequency * ((at % IMAGE_SIDE) + 0.5)) / IMAGE_SIDE);
});

/**
 * The first window of `imageHash` (ISO 24138): signs of 8 x 8 DCT coefficients against their median. Two dozen of them are made for each
 * picture, so only these coefficients are, by their sums; the standard's own code is not derived from them.
 */
function hash64(gray: Uint8Array): Uint8Array<ArrayBuffer> {
  const rows = new Float64Array(IMAGE_SIDE * FREQUENCIES);
  for (let y = 0; y < IMAGE_SIDE; y++) {
    for (let u = 0; u < FREQUENCIES; u++) {
      let sum = 0;
      for (let x = 0; x < IMAGE_SIDE; x++) sum += gray[y * IMAGE_SIDE + x]! * COSINES[u * IMAGE_SIDE + x]!;
      rows[y * FREQUENCIES + u] = sum;
    }
  }
  const coefficients = new Float64Array(FREQUENCIES * FREQUENCIES);
  for (let v = 0; v < FREQUENCIES; v++) {
    for (let u = 0; u < FREQUENCIES; u++) {
      let sum = 0;
      for (let y = 0; y < IMAGE_SIDE; y++) sum += rows[y * FREQUENCIES + u]! * COSINES[v * IMAGE_SIDE + y]!;
      coefficients[v * FREQUENCIES + u] = sum;
    }
  }
  const sorted = coefficients.toSorted();
  const median = (sorted[31]! + sorted[32]!) / 2;
  const code = new Uint8Array(8);
  coefficients.forEach((value, i) => {
    if (value > median) code[i >>> 3]! |= 0x80 >>> (i & 7);
  });
  return code;
}
