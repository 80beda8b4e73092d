/** GIF (CompuServe, version 89a): container walk and the first frame. Own decoder: the format is LZW over a palette. */
import { brokenMedia } from "../media-errors.ts";
import type { Pixels } from "./decoders.ts";
import type { ImageHeader } from "./image-header.ts";

/** True when the bytes start like a GIF. */
export function isGif(bytes: Uint8Array): boolean {
  const magic = String.fromCharCode(...bytes.subarray(0, 6));
  return magic === "GIF87a" || magic === "GIF89a";
}

/** Where the first frame lies on the canvas, and how it is stored. */
type Frame = {
  left: number;
  top: number;
  width: number;
  height: number;
  interlaced: boolean;
  palette: Uint8Array;
  transparent: number;
  /** Position of the LZW code size, the data's blocks behind it. */
  data: number;
};

/**
 * Reads the canvas size and checks that the file goes on, block by block, to its end mark.
 * @throws ColophonError BROKEN_MEDIA
 */
export function readGifHeader(bytes: Uint8Array): ImageHeader {
  const { width, height, frame } = walk(bytes);
  if (
    frame.width === 0 ||
    frame.height === 0 ||
    frame.left + frame.width > width ||
    frame.top + frame.height > height
  ) {
    throw brokenMedia("the GIF's first frame lies outside its canvas");
  }
  return { width, height, orientation: 1 };
}

/**
 * The first frame on its canvas; what it leaves open, and its transparent color, is transparent.
 * @throws ColophonError BROKEN_MEDIA when the frame's data end early or use a code or color that is not there
 */
export function decodeGif(bytes: Uint8Array): Pixels {
  const { width, height, frame } = walk(bytes);
  const indexes = unpack(bytes, frame.data, frame.width * frame.height);
  const data = new Uint8ClampedArray(width * height * 4);
  const colors = frame.palette.length / 3;
  let at = 0;
  for (const y of rowOrder(frame)) {
    let to = ((frame.top + y) * width + frame.left) * 4;
    for (let x = 0; x < frame.width; x++, to += 4) {
      const index = indexes[at++]!;
      if (index === frame.transparent) continue;
      if (index >= colors) throw brokenMedia("the GIF uses a color that its palette does not hold");
      data[to] = frame.palette[3 * index]!;
      data[to + 1] = frame.palette[3 * index + 1]!;
      data[to + 2] = frame.palette[3 * index + 2]!;
      data[to + 3] = 255;
    }
  }
  return { width, height, data };
}

const IMAGE = 0x2c;
const EXTENSION = 0x21;
const TRAILER = 0x3b;
const GRAPHIC_CONTROL = 0xf9;

function walk(bytes: Uint8Array): { width: number; height: number; frame: Frame } {
  if (bytes.length < 13) throw brokenMedia("the GIF header is incomplete");
  const word = (at: number): number => bytes[at]! | (bytes[at + 1]! << 8);
  const width = word(6);
  const height = word(8);
  let at = 13;
  const readPalette = (flags: number): Uint8Array => {
    if (!(flags & 0x80)) return new Uint8Array();
    const end = at + 3 * (2 << (flags & 7));
    if (end > bytes.length) throw brokenMedia("the GIF's palette is cut short");
    const palette = bytes.subarray(at, end);
    at = end;
    return palette;
  };
  const common = readPalette(bytes[10]!);
  let transparent = -1;
  let frame: Frame | null = null;
  for (;;) {
    const block = bytes[at++];
    if (block === TRAILER) break;
    if (block === EXTENSION) {
      if (bytes[at] === GRAPHIC_CONTROL && bytes[at + 1] === 4 && !frame) {
        transparent = bytes[at + 2]! & 1 ? bytes[at + 5]! : -1;
      }
      at = endOfBlocks(bytes, at + 1);
    } else if (block === IMAGE) {
      if (at + 10 > bytes.length) throw brokenMedia("the GIF's frame header is cut short");
      const [left, top, frameWidth, frameHeight] = [word(at), word(at + 2), word(at + 4), word(at + 6)];
      const flags = bytes[at + 8]!;
      at += 9;
      const own = readPalette(flags);
      const palette = own.length > 0 ? own : common;
      frame ??= {
        left,
        top,
        width: frameWidth,
        height: frameHeight,
        interlaced: (flags & 0x40) !== 0,
        palette,
        transparent,
        data: at,
      };
      at = endOfBlocks(bytes, at + 1);
    } else throw brokenMedia(block === undefined ? "the GIF has no end mark" : "the GIF holds an unknown block");
  }
  if (!frame) throw brokenMedia("the GIF holds no picture");
  return { width, height, frame };
}

/** Position behind a list of sub-blocks. */
function endOfBlocks(bytes: Uint8Array, from: number): number {
  for (let at = from; ; ) {
    const size = bytes[at];
    if (size === undefined) throw brokenMedia("the GIF has no end mark");
    at += 1 + size;
    if (size === 0) return at;
  }
}

/** Rows in the order in which they are stored: interlaced frames come in four passes. */
function* rowOrder({ height, interlaced }: Frame): Generator<number> {
  const passes = interlaced
    ? [
        [0, 8],
        [4, 8],
        [2, 4],
        [1, 2],
      ]
    : [[0, 1]];
  for (const [start, step] of passes) for (let y = start!; y < height; y += step!) yield y;
}

/** LZW with codes of growing width, least significant bit first. @returns `count` palette indexes */
function unpack(bytes: Uint8Array, from: number, count: number): Uint8Array {
  const minimum = bytes[from]!;
  if (minimum < 1 || minimum > 8) throw brokenMedia("the GIF's code size is none");
  const clear = 1 << minimum;
  const prefix = new Int16Array(4096);
  const suffix = new Uint8Array(4096);
  const first = new Uint8Array(4096);
  for (let i = 0; i < clear; i++) suffix[i] = first[i] = i;
  const string = new Uint8Array(4097);
  const out = new Uint8Array(count);
  let filled = 0;
  let next = clear + 2;
  let width = minimum + 1;
  let previous = -1;
  let bits = 0;
  let held = 0;
  let at = from + 1;
  let left = 0;
  while (filled < count) {
    while (held < width) {
      if (left === 0) {
        left = bytes[at++] ?? 0;
        if (left === 0) throw brokenMedia("the GIF's pixels end early");
      }
      bits |= bytes[at++]! << held;
      held += 8;
      left--;
    }
    const code = bits & ((1 << width) - 1);
    bits >>>= width;
    held -= width;
    if (code === clear) {
      next = clear + 2;
      width = minimum + 1;
      previous = -1;
      continue;
    }
    if (code === clear + 1) throw brokenMedia("the GIF's pixels end early");
    if (code > next || (code === next && previous < 0) || (previous < 0 && code >= clear)) {
      throw brokenMedia("the GIF uses a code that it has not defined");
    }
    let size = 0;
    let walkCode = code;
    if (code === next) {
      string[size++] = first[previous]!;
      walkCode = previous;
    }
    for (; walkCode >= clear; walkCode = prefix[walkCode]!) string[size++] = suffix[walkCode]!;
    string[size++] = suffix[walkCode]!;
    if (previous >= 0 && next < 4096) {
      prefix[next] = previous;
      suffix[next] = suffix[walkCode]!;
      first[next] = first[previous]!;
      next++;
      if (next === 1 << width && width < 12) width++;
    }
    previous = code;
    while (size > 0 && filled < count) out[filled++] = string[--size]!;
  }
  return out;
}
