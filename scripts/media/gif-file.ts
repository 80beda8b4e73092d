import type { Prng } from "../../common/prng.ts";

const ascii = (text: string): number[] => [...new TextEncoder().encode(text)];
const word = (value: number): number[] => [value & 255, value >> 8];

/**
 * A GIF of two frames, smaller than their canvas, with a transparent color, written without compression: every code is a
 * literal, and a clear code keeps codes at nine bits.
 */
export function gifFile(prng: Prng, shape: { width: number; height: number; interlaced: boolean }): Uint8Array {
  const { width, height, interlaced } = shape;
  const palette = Array.from({ length: 256 * 3 }, () => prng.below(256));
  const frame = (): number[] => {
    const [left, top] = [3, 5];
    const codes: number[] = [];
    for (let i = 0; i < (width - left) * (height - top); i++) {
      if (i % 200 === 0) codes.push(256);
      codes.push(((i % (width - left)) * 3 + Math.floor(i / (width - left)) * 5 + prng.below(4)) & 255);
    }
    codes.push(257);
    const bytes: number[] = [];
    let bits = 0;
    let held = 0;
    for (const code of codes) {
      bits |= code << held;
      for (held += 9; held >= 8; held -= 8, bits >>>= 8) bytes.push(bits & 255);
    }
    bytes.push(bits & 255);
    const blocks: number[] = [];
    for (let at = 0; at < bytes.length; at += 255) {
      const block = bytes.slice(at, at + 255);
      blocks.push(block.length, ...block);
    }
    const control = [0x21, 0xf9, 4, 1, 10, 0, 7, 0];
    const header = [0x2c, ...word(left), ...word(top), ...word(width - left), ...word(height - top)];
    return [...control, ...header, interlaced ? 0x40 : 0, 8, ...blocks, 0];
  };
  const screen = [...word(width), ...word(height), 0xf7, 0, 0];
  return Uint8Array.from([...ascii("GIF89a"), ...screen, ...palette, ...frame(), ...frame(), 0x3b]);
}
