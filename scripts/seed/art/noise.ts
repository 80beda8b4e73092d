/** Gradient noise on the plane (Perlin 1985, with the quintic fade of 2002), seeded. */
import type { Prng } from "../../../common/prng.ts";

export class Noise {
  readonly #order = new Uint8Array(512);
  readonly #gx = new Float64Array(256);
  readonly #gy = new Float64Array(256);

  constructor(prng: Prng) {
    const order = prng.shuffle(Array.from({ length: 256 }, (_, i) => i));
    for (let i = 0; i < 512; i++) this.#order[i] = order[i & 255] as number;
    for (let i = 0; i < 256; i++) {
      const angle = prng.range(0, 2 * Math.PI);
      this.#gx[i] = Math.cos(angle);
      this.#gy[i] = Math.sin(angle);
    }
  }

  /** Noise at a point: smooth, about -1 to 1, period 256. */
  at(x: number, y: number): number {
    const xi = Math.floor(x);
    const yi = Math.floor(y);
    const fx = x - xi;
    const fy = y - yi;
    const u = fx * fx * fx * (fx * (fx * 6 - 15) + 10);
    const v = fy * fy * fy * (fy * (fy * 6 - 15) + 10);
    const a = this.#corner(xi, yi, fx, fy);
    const b = this.#corner(xi + 1, yi, fx - 1, fy);
    const c = this.#corner(xi, yi + 1, fx, fy - 1);
    const d = this.#corner(xi + 1, yi + 1, fx - 1, fy - 1);
    const top = a + (b - a) * u;
    return 1.5 * (top + (c + (d - c) * u - top) * v);
  }

  /** Sum of octaves, each twice as fine and half as strong, scaled to about -1 to 1. */
  fbm(x: number, y: number, octaves: number): number {
    let sum = 0;
    let total = 0;
    let weight = 1;
    for (let i = 0; i < octaves; i++) {
      sum += weight * this.at(x + i * 17.3, y - i * 9.1);
      total += weight;
      weight /= 2;
      x *= 2;
      y *= 2;
    }
    return sum / total;
  }

  #corner(xi: number, yi: number, dx: number, dy: number): number {
    const h = this.#order[(this.#order[xi & 255] as number) + (yi & 255)] as number;
    return (this.#gx[h] as number) * dx + (this.#gy[h] as number) * dy;
  }
}
