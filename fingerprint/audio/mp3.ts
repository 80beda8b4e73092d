/** MP3 (ISO/IEC 11172-3 and 13818-3, layer III): frame walk of our own, samples by mpg123 as wasm. */
import { brokenMedia } from "../media-errors.ts";
import { checkAudioLength, type Pcm } from "./pcm.ts";

/** Bytes that may lie between two frames: writers leave padding and tags. */
const MAX_GAP = 4096;
/** Bytes handed to the decoder in one go; it holds back what is less than a frame. */
const PIECE = 8192;
/** Times that one piece may be read from: a piece holds fewer frames than this. */
const MAX_READS = 512;

/** True when the bytes start with an ID3v2 tag that a frame follows, or with two frames. */
export function isMp3(bytes: Uint8Array): boolean {
  if (hasTag(bytes)) return true;
  const first = frameAt(bytes, 0);
  if (!first) return false;
  return first.length >= bytes.length || frameAt(bytes, first.length) !== null;
}

/**
 * Walks the frames. The length and shape of the sound are known from here on.
 * @returns where the first frame is, and samples per channel
 * @throws ColophonError BROKEN_MEDIA, AUDIO_TOO_LONG
 */
export function checkMp3(bytes: Uint8Array): { start: number; frames: number; sampleRate: number } {
  let at = tagEnd(bytes);
  let start = -1;
  let samples = 0;
  let sampleRate = 0;
  let gap = 0;
  while (at + 4 <= bytes.length) {
    const frame = frameAt(bytes, at);
    const fits = frame && (start < 0 || frame.sampleRate === sampleRate);
    if (!fits || at + frame.length > bytes.length) {
      if (isEndTag(bytes, at)) break;
      gap++;
      at++;
      if (gap > MAX_GAP) break;
      continue;
    }
    gap = 0;
    if (start < 0) ({ sampleRate } = frame);
    if (start < 0) start = at;
    samples += frame.samples;
    at += frame.length;
  }
  if (start < 0) throw brokenMedia("the MP3 holds no frame");
  if (gap > MAX_GAP) throw brokenMedia("the MP3 holds something that is no sound");
  checkAudioLength(samples, sampleRate, 2);
  return { start, frames: samples, sampleRate };
}

/**
 * Samples as 16 bits; mono comes out as two equal channels. Encoder delay and padding are cut where the file states them.
 * @throws ColophonError BROKEN_MEDIA, AUDIO_TOO_LONG
 */
export async function mp3Pcm(bytes: Uint8Array): Promise<Pcm> {
  const { start, frames, sampleRate } = checkMp3(bytes);
  const { MPEGDecoder } = await import("mpg123-decoder");
  const decoder = new MPEGDecoder() as unknown as Internals;
  await decoder.ready;
  return { sampleRate, channels: 2, blocks: decode(decoder, bytes.subarray(start), frames) };
}

/**
 * What we use of the package. Its own `decode` goes round for ever on a frame that mpg123 refuses, so the two functions
 * under it are called here.
 */
type Internals = {
  ready: Promise<void>;
  _decoder: number;
  _input: { buf: Uint8Array; ptr: number; len: number };
  _output: { buf: Float32Array; ptr: number; len: number };
  _samplesDecodedPtr: { buf: { 0: number }; ptr: number };
  _sampleRatePtr: { ptr: number };
  _errorStringPtr: { ptr: number };
  _common: {
    wasm: {
      mpeg_decoder_feed(decoder: number, input: number, length: number): number;
      mpeg_decoder_read(
        decoder: number,
        output: number,
        length: number,
        samples: number,
        rate: number,
        error: number,
      ): number;
    };
  };
};

const NEED_MORE = -10;
const NEW_FORMAT = -11;

function* decode(decoder: Internals, bytes: Uint8Array, stated: number): Generator<Int16Array> {
  const { wasm } = decoder._common;
  let frames = 0;
  for (let at = 0; at < bytes.length; at += PIECE) {
    const piece = bytes.subarray(at, at + PIECE);
    decoder._input.buf.set(piece);
    const fed = wasm.mpeg_decoder_feed(decoder._decoder, decoder._input.ptr, piece.length);
    if (fed !== 0 && fed !== NEED_MORE) throw brokenMedia("its MP3 frames cannot be decoded");
    for (let reads = 0; ; reads++) {
      decoder._samplesDecodedPtr.buf[0] = 0;
      const state = wasm.mpeg_decoder_read(
        decoder._decoder,
        decoder._output.ptr,
        decoder._output.len,
        decoder._samplesDecodedPtr.ptr,
        decoder._sampleRatePtr.ptr,
        decoder._errorStringPtr.ptr,
      );
      const size = decoder._samplesDecodedPtr.buf[0];
      frames += size;
      if (size > 0) yield interleave(decoder._output.buf, size);
      if (state === NEED_MORE) break;
      if ((state !== 0 && state !== NEW_FORMAT) || reads >= MAX_READS) {
        throw brokenMedia("its MP3 frames cannot be decoded");
      }
    }
  }
  // mpg123 drops frames that it cannot place (a cut at the front takes up to a few); most must have come through.
  if (frames < stated / 2) throw brokenMedia("most of its MP3 frames cannot be decoded");
}

/** Left samples lie in front of right ones. */
function interleave(samples: Float32Array, size: number): Int16Array {
  const out = new Int16Array(2 * size);
  for (let i = 0; i < size; i++) {
    out[2 * i] = to16(samples[i]!);
    out[2 * i + 1] = to16(samples[size + i]!);
  }
  return out;
}

function to16(x: number): number {
  return Math.max(-32768, Math.min(32767, Math.round(x * 32768)));
}

type Frame = { length: number; samples: number; sampleRate: number };

/** Bit rates of layer III in kbit/s: MPEG-1, then MPEG-2 and 2.5. */
const KILOBITS = [
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];
const SAMPLE_RATES = [44_100, 48_000, 32_000];

/** The frame whose header is at a position; free-format bit rates are not taken. */
function frameAt(bytes: Uint8Array, at: number): Frame | null {
  const [sync, kind, rates] = [bytes[at], bytes[at + 1] ?? 0, bytes[at + 2] ?? 0xff];
  if (sync !== 0xff || (kind & 0xe6) !== 0xe2) return null;
  const version = (kind >>> 3) & 3;
  const rateIndex = (rates >>> 2) & 3;
  const kilobits = KILOBITS[version === 3 ? 0 : 1]![rates >>> 4];
  if (version === 1 || rateIndex === 3 || !kilobits) return null;
  const sampleRate = SAMPLE_RATES[rateIndex]! >>> (version === 3 ? 0 : version === 2 ? 1 : 2);
  const samples = version === 3 ? 1152 : 576;
  const length = Math.floor((samples * 125 * kilobits) / sampleRate) + ((rates >>> 1) & 1);
  return { length, samples, sampleRate };
}

function hasTag(bytes: Uint8Array): boolean {
  if (String.fromCharCode(...bytes.subarray(0, 3)) !== "ID3") return false;
  return (bytes[3] ?? 0xff) < 0xff && (bytes[4] ?? 0xff) < 0xff && bytes.subarray(6, 10).every((byte) => byte < 0x80);
}

/** Position behind an ID3v2 tag: its length is four times seven bits. */
function tagEnd(bytes: Uint8Array): number {
  if (!hasTag(bytes)) return 0;
  const [a, b, c, d] = bytes.subarray(6, 10);
  const footer = bytes[5]! & 0x10 ? 10 : 0;
  return 10 + ((a! << 21) | (b! << 14) | (c! << 7) | d!) + footer;
}

/** ID3v1 ("TAG"), APEv2 or Lyrics3 tags close a file. */
function isEndTag(bytes: Uint8Array, at: number): boolean {
  const start = String.fromCharCode(...bytes.subarray(at, at + 8));
  return start.startsWith("TAG") || start === "APETAGEX" || start.startsWith("LYRICS");
}
