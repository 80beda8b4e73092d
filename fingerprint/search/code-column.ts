/** Packed 64-bit codes with their ids: append, remove, scan. */
import { bitDistance } from "./bit-distance.ts";

/** Codes of one kind. Slots are reused by moving the last code into a removed one's place, so a scan meets no holes. */
export class CodeColumn {
  #high = new Uint32Array(64);
  #low = new Uint32Array(64);
  readonly #ids: string[] = [];
  readonly #slots = new Map<string, number>();

  get size(): number {
    return this.#ids.length;
  }

  /** Adds a code, or replaces the one under `id`. Amortised constant time. */
  set(id: string, high: number, low: number): void {
    let slot = this.#slots.get(id);
    if (slot === undefined) {
      slot = this.#ids.length;
      if (slot === this.#high.length) this.#grow();
      this.#ids.push(id);
      this.#slots.set(id, slot);
    }
    this.#high[slot] = high;
    this.#low[slot] = low;
  }

  /** Removes the code under `id`, if there is one. Constant time. */
  delete(id: string): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    const last = this.#ids.length - 1;
    const moved = this.#ids[last]!;
    this.#ids[slot] = moved;
    this.#high[slot] = this.#high[last]!;
    this.#low[slot] = this.#low[last]!;
    this.#slots.set(moved, slot);
    this.#ids.pop();
    this.#slots.delete(id);
  }

  /** Every code within `radius` bits of the given one, in no particular order. Exact; time linear in `size`. */
  within(high: number, low: number, radius: number): { id: string; distance: number }[] {
    const found: { id: string; distance: number }[] = [];
    const size = this.#ids.length;
    for (let i = 0; i < size; i++) {
      const distance = bitDistance(this.#high[i]!, high) + bitDistance(this.#low[i]!, low);
      if (distance <= radius) found.push({ id: this.#ids[i]!, distance });
    }
    return found;
  }

  #grow(): void {
    const grow = (words: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> => {
      const out = new Uint32Array(words.length * 2);
      out.set(words);
      return out;
    };
    this.#high = grow(this.#high);
    this.#low = grow(this.#low);
  }
}
