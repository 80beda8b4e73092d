/** A picture being painted: sRGB bytes and two brushes. */
import type { Pixels } from "../encode/png.ts";
import { luma, type Rgb } from "./color.ts";

export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;

  /** A canvas of one color. */
  constructor(width: number, height: number, color: Rgb) {
    this.width = width;
    this.height = height;
    this.data = new Uint8Array(width * height * 3);
    this.fill(0, 0, width, height, color);
  }

  /** Paints a rectangle; what lies outside the canvas is left out. */
  fill(left: number, top: number, width: number, height: number, [r, g, b]: Rgb): void {
    const right = Math.min(this.width, left + width);
    const bottom = Math.min(this.height, top + height);
    for (let y = Math.max(0, top); y < bottom; y++) {
      for (let x = Math.max(0, left), at = (y * this.width + x) * 3; x < right; x++) {
        this.data[at++] = r;
        this.data[at++] = g;
        this.data[at++] = b;
      }
    }
  }

  /** Presses a square of ink coverage onto what is there, ground and ink each one color. Must lie inside. */
  press(ink: Uint8Array, size: number, left: number, top: number, ground: Rgb, color: Rgb): void {
    for (let y = 0; y < size; y++) {
      let at = ((top + y) * this.width + left) * 3;
      for (let x = 0; x < size; x++) {
        const amount = ink[y * size + x] as number;
        for (let c = 0; c < 3; c++) {
          const from = ground[c] as number;
          // (x * 257 + 32896) >> 16 divides by 255 exactly enough for byte products, rounding half up.
          this.data[at++] = from + ((((color[c] as number) - from) * amount * 257 + 32896) >> 16);
        }
      }
    }
  }

  /**
   * Presses ink onto what is there so that it shines through: bare places lighten, inked places darken, and `opacity` of
   * 256 of the print covers it.
   */
  glaze(ink: Uint8Array, size: number, left: number, top: number, ground: Rgb, color: Rgb, opacity: number): void {
    const inkIsDark = luma(color) <= luma(ground);
    for (let y = 0; y < size; y++) {
      let at = ((top + y) * this.width + left) * 3;
      for (let x = 0; x < size; x++) {
        const amount = ink[y * size + x] as number;
        const shade = inkIsDark ? amount : 255 - amount;
        for (let c = 0; c < 3; c++) {
          const from = ground[c] as number;
          const print = from + ((((color[c] as number) - from) * amount * 257 + 32896) >> 16);
          const under = this.data[at] as number;
          // From 32/256 towards white where bare to 72/256 towards black where inked.
          const bare = under + (((255 - under) * 32) >> 8);
          const inked = (under * 184) >> 8;
          const lit = bare + (((inked - bare) * shade * 257 + 32896) >> 16);
          this.data[at++] = lit + (((print - lit) * opacity + 128) >> 8);
        }
      }
    }
  }

  /** The finished picture. */
  get pixels(): Pixels {
    return { width: this.width, height: this.height, channels: 3, data: this.data };
  }
}
