/**
 * Deterministic PNG writer: equal pixels give equal bytes on every machine and Node version, which node:zlib does not
 * promise (its zlib differs between builds). PNG specification, third edition, sections 5, 9 and 10.
 */
import { zlibSync } from "fflate";
import { ColophonError } from "../../common/errors.ts";
import { crc32 } from "./crc32.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const MAX_SIDE = 16_384;

/** Pixels, 8 bits per channel, row by row; 1 channel = gray, 3 = sRGB. */
export type Pixels = { width: number; height: number; channels: 1 | 3; data: Uint8Array | Uint8ClampedArray };

/**
 * Encodes a picture. Rows are filtered by the rule of the specification's section 12.7 (smallest sum of absolute
 * values, first of equals), then deflated at a fixed level.
 * @throws ColophonError BAD_PIXELS when the sizes do not agree
 */
export function encodePng(picture: Pixels): Uint8Array {
  const { width, height, channels, data } = picture;
  const sane = [width, height].every((n) => Number.isInteger(n) && n >= 1 && n <= MAX_SIDE);
  if (!sane || data.length !== width * height * channels) {
    throw new ColophonError("BAD_PIXELS", "Width, height and channels do not fit the pixels.", {
      data: { width, height, channels, length: data.length },
    });
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  header[9] = channels === 1 ? 0 : 2;
  const body = zlibSync(filterRows(picture), { level: 6, mem: 8 });
  return join([
    Uint8Array.from(SIGNATURE),
    chunk("IHDR", header),
    chunk("sRGB", Uint8Array.of(0)),
    chunk("IDAT", body),
    chunk("IEND", new Uint8Array()),
  ]);
}

function filterRows({ width, height, channels, data }: Pixels): Uint8Array {
  const stride = width * channels;
  const out = new Uint8Array(height * (stride + 1));
  const rows = Array.from({ length: 5 }, () => new Uint8Array(stride));
  for (let y = 0; y < height; y++) {
    const at = y * stride;
    const sums = [0, 0, 0, 0, 0];
    for (let i = 0; i < stride; i++) {
      const x = data[at + i] as number;
      const a = i >= channels ? (data[at + i - channels] as number) : 0;
      const b = y > 0 ? (data[at + i - stride] as number) : 0;
      const c = i >= channels && y > 0 ? (data[at + i - stride - channels] as number) : 0;
      const pa = Math.abs(b - c);
      const pb = Math.abs(a - c);
      const pc = Math.abs(a + b - 2 * c);
      const paeth = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
      put(rows[0] as Uint8Array, sums, 0, i, x);
      put(rows[1] as Uint8Array, sums, 1, i, x - a);
      put(rows[2] as Uint8Array, sums, 2, i, x - b);
      put(rows[3] as Uint8Array, sums, 3, i, x - ((a + b) >> 1));
      put(rows[4] as Uint8Array, sums, 4, i, x - paeth);
    }
    let best = 0;
    for (let f = 1; f < 5; f++) if ((sums[f] as number) < (sums[best] as number)) best = f;
    out[y * (stride + 1)] = best;
    out.set(rows[best] as Uint8Array, y * (stride + 1) + 1);
  }
  return out;
}

function put(row: Uint8Array, sums: number[], filter: number, i: number, value: number): void {
  const byte = value & 0xff;
  row[i] = byte;
  sums[filter] = (sums[filter] as number) + (byte < 128 ? byte : 256 - byte);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + data.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) out[4 + i] = type.charCodeAt(i);
  out.set(data, 8);
  view.setUint32(8 + data.length, crc32(out.subarray(4, 8 + data.length)));
  return out;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
