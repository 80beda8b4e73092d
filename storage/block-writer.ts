import { CID } from "multiformats/cid";
import * as Digest from "multiformats/hashes/digest";
import { RAW, SHA2_256 } from "./cid.ts";
import type { Draft } from "./durable-file.ts";
import { carHeader, type Place } from "./pack.ts";
import { openPack, type OpenPack } from "./pack-thread.ts";

/** Bytes after which the disk is asked to begin writing, so that the sync at the end has little left to do. */
const FLUSH_BYTES = 32 * 1024 * 1024;

/** What a writer needs of the store. */
export type WriterRoom = {
  createDraft: () => Promise<Draft>;
  /**
   * Gives the finished draft its name; when it resolves, the disk has the work.
   * @param places of the blocks in a pack, by CID; null for a block that is a file of its own
   */
  keep: (draft: Draft, root: CID, places: ReadonlyMap<string, Place> | null) => Promise<void>;
};

/** Takes the blocks of one work. A single block is kept in memory; from the second on they go to a draft of a pack. */
export class BlockWriter {
  readonly #room: WriterRoom;
  #first: { cid: CID; block: Uint8Array } | null = null;
  #draft: Draft | null = null;
  #pack: Promise<OpenPack> | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  readonly #places = new Map<string, Place>();
  readonly #writes = new Set<Promise<unknown>>();
  #unflushed = 0;
  #flush: Promise<unknown> = Promise.resolve();

  constructor(room: WriterRoom) {
    this.#room = room;
  }

  /** Takes a block whose CID is known (and was checked). */
  put(cid: CID, block: Uint8Array): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#pack && !this.#first) {
        this.#first = { cid, block };
        return;
      }
      await this.#putBlock(await this.#open(), cid, block);
    });
  }

  /**
   * Takes a leaf of a larger file, which is hashed and written in another thread. Calls may overlap.
   * @returns its CID
   */
  async leaf(bytes: Uint8Array): Promise<CID> {
    const pack = await this.#open();
    const { digest, offset } = await this.#write(pack.leaf(bytes), bytes.length);
    const cid = CID.createV1(RAW, Digest.create(SHA2_256, digest));
    this.#places.set(cid.toString(), { offset, length: bytes.length });
    return cid;
  }

  /** When this resolves, the disk has the work. An older copy is replaced, which heals a damaged one. */
  async commit(root: CID): Promise<void> {
    await this.#queue;
    await Promise.all(this.#writes);
    if (this.#pack && this.#draft) {
      const pack = await this.#pack;
      await pack.finish(await carHeader(root));
      await pack.close();
      await this.#flush;
      await this.#room.keep(this.#draft, root, this.#places);
      return;
    }
    if (!this.#first) throw new Error("a work has at least one block");
    this.#draft = await this.#room.createDraft();
    await this.#draft.handle.writeFile(this.#first.block);
    await this.#room.keep(this.#draft, root, null);
  }

  /** Forgets the work. The thread must be done with the draft before its descriptor is given back. */
  async discard(): Promise<void> {
    await Promise.allSettled([this.#queue, this.#pack, ...this.#writes, this.#flush]);
    await (await this.#pack?.catch(() => null))?.close().catch(() => undefined);
    await this.#draft?.discard();
  }

  #open(): Promise<OpenPack> {
    this.#pack ??= (async () => {
      this.#draft = await this.#room.createDraft();
      const pack = await openPack(this.#draft.handle.fd);
      if (this.#first) await this.#putBlock(pack, this.#first.cid, this.#first.block);
      return pack;
    })();
    return this.#pack;
  }

  async #putBlock(pack: OpenPack, cid: CID, block: Uint8Array): Promise<void> {
    const { offset } = await this.#write(pack.block(cid, block), block.length);
    this.#places.set(cid.toString(), { offset, length: block.length });
  }

  async #write<T>(written: Promise<T>, bytes: number): Promise<T> {
    this.#writes.add(written);
    written.catch(() => undefined); // the caller has the error, and `commit` is not reached
    const result = await written.finally(() => this.#writes.delete(written));
    this.#unflushed += bytes;
    if (this.#unflushed >= FLUSH_BYTES && this.#draft) {
      this.#unflushed = 0;
      const { handle } = this.#draft;
      this.#flush = this.#flush.then(() => handle.datasync());
      this.#flush.catch(() => undefined); // told by `commit`
    }
    return result;
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(run);
    this.#queue = done.catch(() => undefined); // the caller has the error
    return done;
  }
}
