import type { CID } from "multiformats/cid";
import { hasCode } from "../../common/errors.ts";
import type { ContentStore } from "../content-store.ts";
import { TREE_BLOCKS } from "../walk-dag.ts";
import type { PinnedWork, PinState, PinTarget } from "./pin-target.ts";

/** A store on this machine: the one at hand, or a second one in another folder (another disk). */
export class StoreTarget implements PinTarget {
  readonly name: string;
  readonly #store: ContentStore;

  constructor(name: string, store: ContentStore) {
    this.name = name;
    this.#store = store;
  }

  async ensure({ cid, car }: PinnedWork): Promise<PinState> {
    if ((await this.status(cid)) === "pinned") {
      await this.#store.pin(cid.toString());
      return "pinned";
    }
    await this.#store.importCar(car(), { maxBytes: Number.MAX_SAFE_INTEGER, maxBlocks: TREE_BLOCKS });
    return "pinned";
  }

  async status(cid: CID): Promise<PinState> {
    return (await this.#store.blocks.blocksOf(cid)) ? "pinned" : "absent";
  }

  async block(cid: CID): Promise<Uint8Array> {
    return this.#store.blocks.get(cid);
  }

  async remove(cid: CID): Promise<void> {
    try {
      await this.#store.release(cid.toString());
    } catch (error) {
      if (!hasCode(error, "CONTENT_NOT_FOUND")) throw error;
    }
  }
}
