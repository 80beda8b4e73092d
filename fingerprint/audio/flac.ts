/** FLAC decoder (RFC 9639): metadata, frames, subframes, Rice-coded residuals. Own code: lossless and integer throughout. */
import { brokenMedia, unsupportedMedia } from "../media-errors.ts";
import { BitReader } from "./bit-reader.ts";
import { checkAudioLength, type Pcm } from "./pcm.ts";

/** True when the bytes start with the FLAC marker. */
export function isFlac(bytes: Uint8Array): boolean {
  return bytes[0] === 0x66 && bytes[1] === 0x4c && bytes[2] === 0x61 && bytes[3] === 0x43;
}

type StreamInfo = { sampleRate: number; channels: number; bits: number; frames: number };

/**
 * Samples as 16 bits, deeper ones cut to their upper 16.
 * @throws ColophonError BROKEN_MEDIA, AUDIO_TOO_LONG (from the header, or while blocks are read), UNSUPPORTED_MEDIA
 */
export function flacPcm(bytes: Uint8Array): Pcm {
  const { info, start } = readMetadata(bytes);
  checkAudioLength(info.frames, info.sampleRate, info.channels);
  return { sampleRate: info.sampleRate, channels: info.channels, blocks: readFrames(bytes, start, info) };
}

function readMetadata(bytes: Uint8Array): { info: StreamInfo; start: number } {
  let info: StreamInfo | null = null;
  for (let at = 4; ; ) {
    if (at + 4 > bytes.length) throw brokenMedia("the FLAC ends inside its metadata");
    const last = bytes[at]! & 0x80;
    const type = bytes[at]! & 0x7f;
    const size = (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
    at += 4;
    if (at + size > bytes.length) throw brokenMedia("the FLAC ends inside its metadata");
    if (type === 0 && size >= 34) {
      const bits = new BitReader(bytes, at + 10);
      const sampleRate = bits.read(20);
      const channels = bits.read(3) + 1;
      const depth = bits.read(5) + 1;
      info = { sampleRate, channels, bits: depth, frames: bits.read(4) * 2 ** 32 + bits.read(32) };
    }
    at += size;
    if (!last) continue;
    if (!info || info.sampleRate === 0) throw brokenMedia("the FLAC does not describe its sound");
    if (info.bits < 4) throw brokenMedia("the FLAC states a sample size that is none");
    return { info, start: at };
  }
}

function* readFrames(bytes: Uint8Array, start: number, info: StreamInfo): Generator<Int16Array> {
  let frames = 0;
  for (let at = start; at < bytes.length; ) {
    // Some writers put an ID3v1 tag behind the last frame.
    if (frames === info.frames && info.frames > 0) return;
    const frame = readFrame(bytes, at, info);
    at = frame.end;
    frames += frame.size;
    if (info.frames > 0 && frames > info.frames) throw brokenMedia("the FLAC holds more sound than it states");
    checkAudioLength(frames, info.sampleRate, info.channels);
    yield interleave(frame.channels, frame.size, info.bits - 16);
  }
  if (frames === 0 || frames < info.frames) throw brokenMedia("the FLAC holds less sound than it states");
}

function interleave(channels: readonly Float64Array[], size: number, shift: number): Int16Array {
  const out = new Int16Array(size * channels.length);
  channels.forEach((samples, c) => {
    for (let i = 0, to = c; i < size; i++, to += channels.length) {
      out[to] = shift >= 0 ? samples[i]! >> shift : samples[i]! << -shift;
    }
  });
  return out;
}

const LEFT_SIDE = 8;
const RIGHT_SIDE = 9;
const MID_SIDE = 10;

function readFrame(
  bytes: Uint8Array,
  start: number,
  info: StreamInfo,
): { channels: Float64Array[]; size: number; end: number } {
  const bits = new BitReader(bytes, start);
  if (bits.read(15) !== 0x7ffc) throw brokenMedia("a FLAC frame has no start code");
  bits.read(1);
  const sizeCode = bits.read(4);
  const rateCode = bits.read(4);
  const assignment = bits.read(4);
  const depthCode = bits.read(3);
  if (bits.read(1) !== 0 || sizeCode === 0 || rateCode === 15 || assignment > MID_SIDE) {
    throw brokenMedia("a FLAC frame's header holds values that FLAC does not define");
  }
  const extra = leadingOnes(bits.read(8));
  if (extra === 1 || extra > 7) throw brokenMedia("a FLAC frame has no number");
  for (let i = 1; i < extra; i++) bits.read(8);
  const size = sizeCode === 6 ? bits.read(8) + 1 : sizeCode === 7 ? bits.read(16) + 1 : BLOCK_SIZES[sizeCode]!;
  if (rateCode === 12) bits.read(8);
  else if (rateCode > 12) bits.read(16);
  if (crc8(bytes, start, bits.bytePosition()) !== bits.read(8)) throw brokenMedia("a FLAC header's checksum is wrong");
  const channelCount = assignment < LEFT_SIDE ? assignment + 1 : 2;
  const depth = depthCode === 0 ? info.bits : DEPTHS[depthCode]!;
  if (channelCount !== info.channels || depth !== info.bits) {
    throw unsupportedMedia("A FLAC whose channels or sample size change on the way is not taken.");
  }
  const channels: Float64Array[] = [];
  for (let c = 0; c < channelCount; c++) {
    const isSide = c === (assignment === RIGHT_SIDE ? 0 : 1) && assignment >= LEFT_SIDE;
    channels.push(readSubframe(bits, size, depth + (isSide ? 1 : 0)));
  }
  joinStereo(channels, assignment);
  bits.align();
  const end = bits.bytePosition();
  if (crc16(bytes, start, end) !== bits.read(16)) throw brokenMedia("a FLAC frame's checksum is wrong");
  return { channels, size, end: end + 2 };
}

const BLOCK_SIZES = [0, 192, 576, 1152, 2304, 4608, 0, 0, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768];
const DEPTHS = [0, 8, 12, -1, 16, 20, 24, 32];

function leadingOnes(byte: number): number {
  return Math.clz32(~(byte << 24));
}

function joinStereo(channels: Float64Array[], assignment: number): void {
  if (assignment < LEFT_SIDE) return;
  const [a, b] = channels as [Float64Array, Float64Array];
  for (let i = 0; i < a.length; i++) {
    const x = a[i]!;
    const y = b[i]!;
    if (assignment === LEFT_SIDE) b[i] = x - y;
    else if (assignment === RIGHT_SIDE) a[i] = x + y;
    else {
      const sum = 2 * x + (Math.abs(y) % 2);
      a[i] = (sum + y) / 2;
      b[i] = (sum - y) / 2;
    }
  }
}

function readSubframe(bits: BitReader, size: number, depth: number): Float64Array {
  if (bits.read(1) !== 0) throw brokenMedia("a FLAC subframe has no start");
  const type = bits.read(6);
  const wasted = bits.read(1) === 0 ? 0 : 1 + bits.unary();
  const width = depth - wasted;
  if (width < 1) throw brokenMedia("a FLAC subframe has no sample bits");
  const out = new Float64Array(size);
  if (type === 0) out.fill(bits.readSigned(width));
  else if (type === 1) for (let i = 0; i < size; i++) out[i] = bits.readSigned(width);
  else if (type >= 8 && type <= 12) readFixed(bits, out, width, type - 8);
  else if (type >= 32) readLinear(bits, out, width, type - 31);
  else throw brokenMedia("a FLAC subframe is of a kind that FLAC does not define");
  if (wasted > 0) for (let i = 0; i < size; i++) out[i]! *= 2 ** wasted;
  return out;
}

/** Coefficients of the fixed predictors: differences of order 0 to 4. */
const FIXED = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]];

function readFixed(bits: BitReader, out: Float64Array, width: number, order: number): void {
  if (order > out.length) throw brokenMedia("a FLAC subframe is shorter than its start");
  for (let i = 0; i < order; i++) out[i] = bits.readSigned(width);
  readResidual(bits, out, order);
  predict(out, FIXED[order]!, 0);
}

function readLinear(bits: BitReader, out: Float64Array, width: number, order: number): void {
  if (order > out.length) throw brokenMedia("a FLAC subframe is shorter than its start");
  for (let i = 0; i < order; i++) out[i] = bits.readSigned(width);
  const precision = bits.read(4) + 1;
  const shift = bits.readSigned(5);
  if (precision === 16 || shift < 0) throw brokenMedia("a FLAC subframe predicts by no valid rule");
  const coefficients = Array.from({ length: order }, () => bits.readSigned(precision));
  readResidual(bits, out, order);
  predict(out, coefficients, shift);
}

/** Adds predictions to the residuals in place. Doubles hold the sums exactly: at most 32 x 2^15 x 2^32. */
function predict(out: Float64Array, coefficients: readonly number[], shift: number): void {
  const order = coefficients.length;
  const scale = 2 ** -shift;
  for (let i = order; i < out.length; i++) {
    let sum = 0;
    for (let k = 0; k < order; k++) sum += coefficients[k]! * out[i - 1 - k]!;
    out[i]! += Math.floor(sum * scale);
  }
}

function readResidual(bits: BitReader, out: Float64Array, order: number): void {
  const method = bits.read(2);
  if (method > 1) throw brokenMedia("a FLAC subframe's rest is coded by no valid method");
  const parameterBits = method === 0 ? 4 : 5;
  const escape = (1 << parameterBits) - 1;
  const partitions = 1 << bits.read(4);
  const length = out.length / partitions;
  if (!Number.isInteger(length) || length < order) throw brokenMedia("a FLAC subframe's parts do not fit its size");
  let at = order;
  for (let p = 1; p <= partitions; p++) {
    const parameter = bits.read(parameterBits);
    const end = p * length;
    if (parameter === escape) {
      const width = bits.read(5);
      for (; at < end; at++) out[at] = width === 0 ? 0 : bits.readSigned(width);
    } else {
      for (; at < end; at++) {
        const value = bits.unary() * 2 ** parameter + bits.read(parameter);
        out[at] = value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      }
    }
  }
}

const CRC8 = crcTable(0x07 << 8, 0xff00).map((value) => value >> 8);
const CRC16 = crcTable(0x8005, 0xffff);

function crcTable(polynomial: number, mask: number): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, n) => {
    let c = n << 8;
    for (let k = 0; k < 8; k++) c = c & 0x8000 ? (c << 1) ^ polynomial : c << 1;
    return c & mask;
  });
}

function crc8(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0;
  for (let i = start; i < end; i++) crc = CRC8[crc ^ bytes[i]!]!;
  return crc;
}

function crc16(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0;
  for (let i = start; i < end; i++) crc = ((crc << 8) & 0xffff) ^ CRC16[(crc >>> 8) ^ bytes[i]!]!;
  return crc;
}
