/** WAVE (RIFF, Microsoft and IBM 1991; extensible format 2001): chunk walk and linear samples. */
import { brokenMedia, unsupportedMedia } from "../media-errors.ts";
import { checkAudioLength, type Pcm } from "./pcm.ts";

/** True when the bytes start like a WAVE file. */
export function isWav(bytes: Uint8Array): boolean {
  const text = String.fromCharCode(...bytes.subarray(0, 12));
  return text.startsWith("RIFF") && text.endsWith("WAVE");
}

/** Samples of one block, per channel. */
const BLOCK = 16_384;

/**
 * Checks that a format and a data chunk are there, whole, in that order.
 * @throws ColophonError BROKEN_MEDIA
 */
export function checkWav(bytes: Uint8Array): void {
  walk(bytes);
}

/**
 * Samples of integers of 8 to 32 bits or floats of 32 or 64 bits, as 16 bits.
 * @throws ColophonError BROKEN_MEDIA, AUDIO_TOO_LONG; UNSUPPORTED_MEDIA for a compressed encoding
 */
export function wavPcm(bytes: Uint8Array): Pcm {
  const { format, data } = walk(bytes);
  const { sampleRate, channels, bits } = format;
  const read = sampleReader(format, data);
  const stride = bits / 8;
  const frames = Math.floor(data.length / (stride * channels));
  checkAudioLength(frames, sampleRate, channels);
  function* blocks(): Generator<Int16Array> {
    for (let at = 0; at < frames; at += BLOCK) {
      const out = new Int16Array(Math.min(BLOCK, frames - at) * channels);
      for (let i = 0; i < out.length; i++) out[i] = read((at * channels + i) * stride);
      yield out;
    }
  }
  return { sampleRate, channels, blocks: blocks() };
}

type Format = { tag: number; channels: number; sampleRate: number; bits: number };

const INTEGERS = 1;
const FLOATS = 3;
const EXTENSIBLE = 0xfffe;

function walk(bytes: Uint8Array): { format: Format; data: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const riffEnd = 8 + view.getUint32(4, true);
  if (riffEnd > bytes.length)
    throw brokenMedia(`the WAV is ${riffEnd - bytes.length} bytes short of the length it states`);
  let format: Format | null = null;
  for (let at = 12; at + 8 <= riffEnd; ) {
    const type = view.getUint32(at);
    const size = view.getUint32(at + 4, true);
    if (at + 8 + size > riffEnd) throw brokenMedia("a WAV chunk is longer than the rest of the file");
    const chunk = bytes.subarray(at + 8, at + 8 + size);
    if (type === FORMAT) format = readFormat(chunk);
    if (type === DATA) {
      if (!format) throw brokenMedia("the WAV's samples come before its format");
      if (size === 0) throw brokenMedia("the WAV holds no samples");
      return { format, data: chunk };
    }
    at += 8 + size + (size & 1);
  }
  throw brokenMedia("the WAV holds no samples");
}

/** "fmt " and "data". */
const FORMAT = 0x666d7420;
const DATA = 0x64617461;

function readFormat(chunk: Uint8Array): Format {
  if (chunk.length < 16) throw brokenMedia("the WAV format is incomplete");
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const format = {
    tag: view.getUint16(0, true),
    channels: view.getUint16(2, true),
    sampleRate: view.getUint32(4, true),
    bits: view.getUint16(14, true),
  };
  // The extensible format's own tag is the front of a GUID.
  if (format.tag === EXTENSIBLE && chunk.length >= 40) format.tag = view.getUint16(24, true);
  if (format.channels === 0 || format.sampleRate === 0) {
    throw brokenMedia("the WAV states no channel or no sample rate");
  }
  return format;
}

function sampleReader({ tag, bits }: Format, data: Uint8Array): (at: number) => number {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const fromFloat = (x: number): number => Math.max(-32768, Math.min(32767, Math.round(x * 32768)));
  if (tag === INTEGERS && bits === 8) return (at) => (data[at]! - 128) << 8;
  if (tag === INTEGERS && bits === 16) return (at) => view.getInt16(at, true);
  if (tag === INTEGERS && bits === 24) return (at) => view.getInt16(at + 1, true);
  if (tag === INTEGERS && bits === 32) return (at) => view.getInt16(at + 2, true);
  if (tag === FLOATS && bits === 32) return (at) => fromFloat(view.getFloat32(at, true));
  if (tag === FLOATS && bits === 64) return (at) => fromFloat(view.getFloat64(at, true));
  throw unsupportedMedia("A WAV of compressed samples is not taken; save it as plain PCM or FLAC.");
}
