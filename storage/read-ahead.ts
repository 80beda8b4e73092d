/** Reads blocks a little before they are asked for, so that reading, checking and sending overlap. Browser-safe. */
import type { CID } from "multiformats/cid";
import type { Upcoming } from "./walk-file.ts";

/** Begins to read and check one block; null when it should be asked for again later. */
export type StartRead = (block: Upcoming, ahead: boolean) => Promise<Uint8Array> | null;

export class ReadAhead {
  readonly #start: StartRead;
  readonly #window: number;
  readonly #reading = new Map<string, Promise<Uint8Array>>();
  /** Blocks that will be asked for, the next one first. */
  #next: Upcoming[] = [];

  /**
   * @param start may refuse (null) to begin a block that is only read ahead
   * @param window blocks that may be read, and wait to be asked for, at a time
   */
  constructor(start: StartRead, window: number) {
    this.#start = start;
    this.#window = window;
  }

  /** Tells which blocks come next, in order, before those that were told earlier. */
  readonly upcoming = (blocks: readonly Upcoming[]): void => {
    this.#next = [...blocks, ...this.#next];
  };

  /** The block, and the next ones are begun. */
  readonly get = async (cid: CID): Promise<Uint8Array> => {
    const key = cid.toString();
    let block = this.#reading.get(key);
    if (block) this.#reading.delete(key);
    else {
      const at = this.#next.findIndex((next) => next.cid.equals(cid));
      const [told] = at < 0 ? [] : this.#next.splice(0, at + 1).slice(-1);
      block = this.#start(told ?? { cid }, false) ?? undefined;
    }
    this.#fill();
    if (!block) throw new Error("a block that is asked for must be read");
    return block;
  };

  #fill(): void {
    while (this.#reading.size < this.#window) {
      const [next] = this.#next;
      if (!next) return;
      const key = next.cid.toString();
      if (!this.#reading.has(key)) {
        const block = this.#start(next, true);
        if (!block) return;
        block.catch(() => undefined); // told to whoever asks for the block
        this.#reading.set(key, block);
      }
      this.#next.shift();
    }
  }
}
