/** The codes of works, several each, searched as one column. */
import { CodeColumn } from "../search/code-column.ts";

/** Codes of many works in one column, with the work of each row. */
export class OwnedCodes {
  #column = new CodeColumn(64);
  #owners: string[] = [];
  readonly #rows = new Map<string, number[]>();

  add(key: string, codes: Uint8Array): void {
    if (codes.length === 0) return;
    const first = this.#column.append(codes);
    const rows = Array.from({ length: codes.length / 8 }, (_, i) => first + i);
    for (const row of rows) this.#owners[row] = key;
    this.#rows.set(key, rows);
  }

  remove(key: string): void {
    for (const row of this.#rows.get(key) ?? []) this.#column.remove(row);
    this.#rows.delete(key);
    if (this.#column.rows > 1024 && this.#column.size * 2 < this.#column.rows) this.#compact();
  }

  /** Per query code the works near it, each with its least distance. */
  near(codes: Uint8Array, radius: number): Map<string, number>[] {
    if (codes.length === 0) return [];
    return this.#column.within(codes, radius).map((hits) => {
      const nearest = new Map<string, number>();
      for (const { row, distance } of hits) {
        const key = this.#owners[row]!;
        if (distance < (nearest.get(key) ?? Infinity)) nearest.set(key, distance);
      }
      return nearest;
    });
  }

  /** Leaves the tombstones behind when they are the larger half. */
  #compact(): void {
    const old = this.#column;
    const kept = [...this.#rows];
    this.#column = new CodeColumn(64);
    this.#owners = [];
    for (const [key, rows] of kept) {
      const codes = new Uint8Array(rows.length * 8);
      rows.forEach((row, i) => codes.set(old.code(row), 8 * i));
      this.add(key, codes);
    }
  }
}
