/** Blocks on disk: single-block works as plain files named by CID, larger works as one pack each. */
import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";
import { notFound, parseCid } from "./cid.ts";
import { type Draft, Drafts } from "./durable-file.ts";
import { indexPack, PackWriter, type Place } from "./pack.ts";

export class Blocks {
  readonly #dir: string;
  readonly #drafts: Drafts;
  /** Block -> its pack, for every pack indexed so far. */
  readonly #packed = new Map<string, Place & { pack: string }>();
  /** Names of packs that could not be indexed: what they hold is missing until it is added again. */
  readonly damaged: string[] = [];

  private constructor(dir: string, drafts: Drafts) {
    this.#dir = dir;
    this.#drafts = drafts;
  }

  /** Opens the folder, sweeps unfinished files, and indexes the packs. */
  static async open(dir: string): Promise<Blocks> {
    for (const part of ["blocks", "packs"]) await mkdir(path.join(dir, part), { recursive: true });
    const { drafts } = await Drafts.open(path.join(dir, "drafts"));
    const blocks = new Blocks(dir, drafts);
    for (const name of await readdir(path.join(dir, "packs"))) {
      if (!name.endsWith(".car")) continue;
      try {
        await blocks.#index(name.slice(0, -4));
      } catch (error) {
        // One damaged work must not keep all the others from being served.
        if (!(error instanceof ColophonError)) throw error;
        blocks.damaged.push(name);
      }
    }
    return blocks;
  }

  /** A new work: put its blocks, then `commit` with its root, or `discard`. */
  write(): BlockWriter {
    return new BlockWriter(
      () => this.#drafts.create(),
      (root) => this.#blockPath(root),
      (root) => this.#packPath(root.toString()),
      (root) => this.#index(root.toString()),
    );
  }

  async has(cid: CID): Promise<boolean> {
    return (await this.#read(cid)) !== null;
  }

  /**
   * Bytes of a block, checked against its CID.
   * @throws ColophonError CONTENT_NOT_FOUND, BLOCK_CORRUPT
   */
  async get(cid: CID): Promise<Uint8Array> {
    const bytes = await this.#read(cid);
    if (!bytes) throw notFound(cid.toString());
    if (!createHash("sha256").update(bytes).digest().equals(cid.multihash.digest)) {
      throw new ColophonError(
        "BLOCK_CORRUPT",
        "A stored block no longer matches its CID; add the file again to heal it.",
        {
          status: 500,
          data: { cid: cid.toString() },
        },
      );
    }
    return bytes;
  }

  async #read(cid: CID): Promise<Uint8Array | null> {
    const single = await readFile(this.#blockPath(cid)).catch(absent);
    if (single) return single;
    const key = cid.toString();
    const place = this.#packed.get(key) ?? ((await this.#index(key)) ? this.#packed.get(key) : undefined);
    if (!place) return null;
    const file = await open(this.#packPath(place.pack), "r").catch(absent);
    if (!file) return null;
    try {
      const bytes = Buffer.alloc(place.length);
      const { bytesRead } = await file.read(bytes, 0, place.length, place.offset);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  /** Reads the index of one pack. @returns false when there is no such pack */
  async #index(root: string): Promise<boolean> {
    const file = await open(this.#packPath(root), "r").catch(absent);
    if (!file) return false;
    try {
      for (const [cid, place] of await indexPack(file, `${root}.car`)) this.#packed.set(cid, { ...place, pack: root });
    } finally {
      await file.close();
    }
    return true;
  }

  #blockPath(cid: CID): string {
    const key = cid.toString();
    return path.join(this.#dir, "blocks", key.slice(-2), key);
  }

  #packPath(root: string): string {
    return path.join(this.#dir, "packs", `${parseCid(root).toString()}.car`);
  }
}

/** Takes the blocks of one work. A single block is kept in memory; from the second on they go to a draft of a pack. */
export class BlockWriter {
  readonly #create: () => Promise<Draft>;
  readonly #blockPath: (root: CID) => string;
  readonly #packPath: (root: CID) => string;
  readonly #indexed: (root: CID) => Promise<unknown>;
  #first: { cid: CID; block: Uint8Array } | null = null;
  #draft: Draft | null = null;
  #pack: PackWriter | null = null;
  #queue: Promise<void> = Promise.resolve();

  constructor(
    create: () => Promise<Draft>,
    blockPath: (root: CID) => string,
    packPath: (root: CID) => string,
    indexed: (root: CID) => Promise<unknown>,
  ) {
    this.#create = create;
    this.#blockPath = blockPath;
    this.#packPath = packPath;
    this.#indexed = indexed;
  }

  /** Blocks are written in the order of the calls. */
  put(cid: CID, block: Uint8Array): Promise<void> {
    const done = this.#queue.then(() => this.#put(cid, block));
    this.#queue = done.catch(() => undefined); // the caller has the error
    return done;
  }

  async #put(cid: CID, block: Uint8Array): Promise<void> {
    if (!this.#first) {
      this.#first = { cid, block };
      return;
    }
    if (!this.#pack) {
      this.#draft = await this.#create();
      this.#pack = new PackWriter(this.#draft.handle);
      await this.#pack.put(this.#first.cid, this.#first.block);
    }
    await this.#pack.put(cid, block);
  }

  /** When this resolves, the disk has the work. An older copy is replaced, which heals a damaged one. */
  async commit(root: CID): Promise<void> {
    if (this.#pack && this.#draft) {
      await this.#pack.finish(root);
      await this.#draft.commit(this.#packPath(root));
      await this.#indexed(root);
      return;
    }
    if (!this.#first) throw new Error("a work has at least one block");
    this.#draft = await this.#create();
    await this.#draft.handle.writeFile(this.#first.block);
    await this.#draft.commit(this.#blockPath(root));
  }

  async discard(): Promise<void> {
    await this.#queue;
    await this.#draft?.discard();
  }
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
