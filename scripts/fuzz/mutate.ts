/** Damage to media files: what disks, networks and people who mean harm do to them. */
import type { Prng } from "../../common/prng.ts";
import { crc32 } from "../../fingerprint/image/png-header.ts";

/** Numbers at which counters and sizes go wrong. */
const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

type Damage = (bytes: Uint8Array, prng: Prng, other: Uint8Array) => Uint8Array;

const DAMAGES: readonly Damage[] = [
  function flipBits(bytes, prng) {
    const out = bytes.slice();
    for (let i = 1 + prng.below(8); i > 0; i--) out[prng.below(out.length)]! ^= 1 << prng.below(8);
    return out;
  },
  function setBytes(bytes, prng) {
    const out = bytes.slice();
    const at = prng.below(out.length);
    for (let i = at; i < Math.min(at + 1 + prng.below(16), out.length); i++) out[i] = prng.below(256);
    return out;
  },
  function extremeNumber(bytes, prng) {
    const out = bytes.slice();
    if (out.length < 8) return out;
    // Headers are where numbers are: half of the hits go to the first 64 bytes.
    const at = prng.below(Math.min(out.length - 4, prng.below(2) ? 64 : out.length));
    const view = new DataView(out.buffer);
    const value = prng.pick(EXTREMES);
    if (prng.below(2)) view.setUint32(at, value, prng.below(2) === 0);
    else view.setUint16(at, value & 0xffff, prng.below(2) === 0);
    return out;
  },
  function cut(bytes, prng) {
    return bytes.slice(0, 1 + prng.below(bytes.length));
  },
  function removePart(bytes, prng) {
    const at = prng.below(bytes.length);
    const end = Math.min(at + 1 + prng.below(200), bytes.length);
    return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(end)]);
  },
  function repeatPart(bytes, prng) {
    const at = prng.below(bytes.length);
    const part = bytes.subarray(at, Math.min(at + 1 + prng.below(400), bytes.length));
    const times = 1 + prng.below(20);
    return joined([bytes.subarray(0, at), ...Array.from({ length: times }, () => part), bytes.subarray(at)]);
  },
  function splice(bytes, prng, other) {
    return joined([bytes.subarray(0, prng.below(bytes.length)), other.subarray(prng.below(other.length))]);
  },
];

/** A damaged file: one to three damages, then, for most PNGs, checksums put right so that the damage gets further. */
export function mutate(bytes: Uint8Array, prng: Prng, other: Uint8Array): Uint8Array {
  let out = bytes;
  for (let i = 1 + prng.below(3); i > 0 && out.length > 0; i--) out = prng.pick(DAMAGES)(out, prng, other);
  return out[1] === 0x50 && out[2] === 0x4e && prng.below(4) > 0 ? withChecksums(out) : out;
}

/** A PNG whose chunks, as far as they can be followed, have right checksums. */
export function withChecksums(png: Uint8Array): Uint8Array {
  const out = png.slice();
  const view = new DataView(out.buffer);
  for (let at = 8; at + 12 <= out.length; ) {
    const end = at + 12 + view.getUint32(at);
    if (end > out.length) break;
    view.setUint32(end - 4, crc32(out, at + 4, end - 4));
    at = end;
  }
  return out;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
