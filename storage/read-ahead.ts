/** Reads blocks a little before they are asked for, so that reading, checking and sending overlap. Browser-safe. */
import type { CID } from "multiformats/cid";
import type { ReadBlock } from "./walk-file.ts";

export class ReadAhead {
  readonly #read: ReadBlock;
  readonly #window: number;
  readonly #reading = new Map<string, Promise<Uint8Array>>();
  /** Blocks that will be asked for, the next one first. */
  #next: CID[] = [];

  /**
   * @param read reads and checks one block
   * @param window blocks that may be read, and wait to be asked for, at a time
   */
  constructor(read: ReadBlock, window: number) {
    this.#read = read;
    this.#window = window;
  }

  /** Tells which blocks come next, in order, before those that were told earlier. */
  readonly upcoming = (cids: readonly CID[]): void => {
    this.#next = [...cids, ...this.#next];
  };

  /** The block, and the next ones are begun. */
  readonly get = (cid: CID): Promise<Uint8Array> => {
    const key = cid.toString();
    let block = this.#reading.get(key);
    if (block) this.#reading.delete(key);
    else {
      const at = this.#next.findIndex((next) => next.equals(cid));
      if (at >= 0) this.#next.splice(0, at + 1);
      block = this.#read(cid);
    }
    while (this.#reading.size < this.#window) {
      const next = this.#next.shift();
      if (!next) break;
      if (this.#reading.has(next.toString())) continue;
      const ahead = this.#read(next);
      ahead.catch(() => undefined); // told to whoever asks for the block
      this.#reading.set(next.toString(), ahead);
    }
    return block;
  };
}
