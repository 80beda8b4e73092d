/** Where each block lies: a block may be in several packs, and any of its copies will do. */
import type { Place } from "./pack.ts";

/** A copy of a block in the pack of the work `pack` (its root's CID). */
export type Copy = Place & { pack: string };

export class PackIndex {
  readonly #copies = new Map<string, Copy | Copy[]>();
  readonly #packs = new Map<string, string[]>();

  /** Puts a pack in the place of an older one of the same root. */
  set(pack: string, places: ReadonlyMap<string, Place>): void {
    this.drop(pack);
    for (const [cid, place] of places) {
      const copy = { ...place, pack };
      const others = this.#copies.get(cid);
      this.#copies.set(cid, others === undefined ? copy : [copy, ...(Array.isArray(others) ? others : [others])]);
    }
    this.#packs.set(pack, [...places.keys()]);
  }

  drop(pack: string): void {
    for (const cid of this.#packs.get(pack) ?? []) {
      const rest = this.copies(cid).filter((copy) => copy.pack !== pack);
      if (rest.length > 0) this.#copies.set(cid, rest);
      else this.#copies.delete(cid);
    }
    this.#packs.delete(pack);
  }

  copies(cid: string): Copy[] {
    const found = this.#copies.get(cid);
    return found === undefined ? [] : Array.isArray(found) ? found : [found];
  }

  /** CIDs of the blocks in a work's pack, or null for a pack that is not known. */
  blocksOf(pack: string): readonly string[] | null {
    return this.#packs.get(pack) ?? null;
  }

  get packs(): number {
    return this.#packs.size;
  }
}
