/** Blocks on disk: single-block works as plain files named by CID, larger works as one pack each. */
import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";
import { BlockWriter } from "./block-writer.ts";
import { notFound, parseCid } from "./cid.ts";
import { type Draft, Drafts } from "./durable-file.ts";
import { indexPack, type Place } from "./pack.ts";
import { OpenFiles } from "./open-files.ts";
import { type Copy, PackIndex } from "./pack-index.ts";
import { Releases } from "./releases.ts";

/** One stored work: the unit that is added, released and removed. */
export type StoredWork = { root: string; form: "block" | "pack"; bytes: number; addedAt: number };

export class Blocks {
  readonly #dir: string;
  readonly #drafts: Drafts;
  readonly #index = new PackIndex();
  readonly #files = new OpenFiles();
  readonly #keeping = new Map<string, Promise<void>>();
  readonly releases: Releases;
  /** Names of packs that could not be indexed: what they hold is missing until it is added again. */
  readonly damaged: string[] = [];
  /** Drafts of dead processes that were removed on opening. */
  readonly swept: number;

  private constructor(dir: string, drafts: Drafts, releases: Releases, swept: number) {
    this.#dir = dir;
    this.#drafts = drafts;
    this.releases = releases;
    this.swept = swept;
  }

  /** Opens the folder, sweeps unfinished files, and indexes the packs. */
  static async open(dir: string): Promise<Blocks> {
    for (const part of ["blocks", "packs"]) await mkdir(path.join(dir, part), { recursive: true });
    const { drafts, swept } = await Drafts.open(path.join(dir, "drafts"));
    const blocks = new Blocks(dir, drafts, await Releases.open(dir, drafts), swept);
    for (const name of await readdir(path.join(dir, "packs"))) {
      if (!name.endsWith(".car")) continue;
      try {
        await blocks.#load(name.slice(0, -4));
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
    return new BlockWriter({
      createDraft: () => this.#drafts.create(),
      keep: (draft, root, places) => this.#keepInTurn(draft, root, places),
    });
  }

  /** One of the same root after the other: packs of one folder may differ in order, and the index must be that of the last. */
  #keepInTurn(draft: Draft, root: CID, places: ReadonlyMap<string, Place> | null): Promise<void> {
    const key = root.toString();
    const turn = (this.#keeping.get(key) ?? Promise.resolve()).then(() => this.#keep(draft, root, places));
    const done = turn
      .catch(() => undefined) // the caller has the error
      .then(() => void (this.#keeping.get(key) === done && this.#keeping.delete(key)));
    this.#keeping.set(key, done);
    return turn;
  }

  async #keep(draft: Draft, root: CID, places: ReadonlyMap<string, Place> | null): Promise<void> {
    await this.releases.clear(root);
    const pack = this.#packPath(root.toString());
    this.#files.forget(pack); // not every system puts a file in the place of one that is open
    await draft.commit(places ? pack : this.#blockPath(root));
    this.#files.forget(pack);
    if (places) this.#index.set(root.toString(), places);
  }

  /** Whether the disk has the block now: what another process removed may still be open here. */
  async has(cid: CID): Promise<boolean> {
    const key = cid.toString();
    if (await exists(this.#blockPath(cid))) return true;
    for (const { pack } of this.#index.copies(key)) if (await exists(this.#packPath(pack))) return true;
    await this.#load(key); // perhaps a work that another process added
    return this.#index.blocksOf(key) !== null && (await exists(this.#packPath(key)));
  }

  /**
   * Bytes of a block, checked against its CID; any copy that is whole will do.
   * @throws ColophonError CONTENT_NOT_FOUND, BLOCK_CORRUPT
   */
  async get(cid: CID): Promise<Uint8Array> {
    const whole = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest().equals(cid.multihash.digest);
    let found = false;
    for await (const bytes of this.#copies(cid)) {
      found = true;
      if (whole(bytes)) return bytes;
    }
    if (!found) throw notFound(cid.toString());
    // Another process may have put whole packs in the place of those that are open here, with their blocks in another order.
    for (const { pack } of this.#index.copies(cid.toString())) {
      await this.#load(pack).catch((error: unknown) => {
        if (!(error instanceof ColophonError)) throw error; // damaged beyond reading: the same to whoever wants the block
      });
    }
    for await (const bytes of this.#copies(cid)) if (whole(bytes)) return bytes;
    throw new ColophonError(
      "BLOCK_CORRUPT",
      "A stored block no longer matches its CID; add the file again to heal it.",
      {
        status: 500,
        data: { cid: cid.toString() },
      },
    );
  }

  /** Every stored work. */
  async *works(): AsyncGenerator<StoredWork> {
    for (const form of ["blocks", "packs"] as const) {
      for (const entry of await readdir(path.join(this.#dir, form), { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || (form === "packs" && !entry.name.endsWith(".car"))) continue;
        const file = await stat(path.join(entry.parentPath, entry.name)).catch(absent);
        if (!file) continue;
        const root = form === "packs" ? entry.name.slice(0, -4) : entry.name;
        yield { root, form: form === "packs" ? "pack" : "block", bytes: file.size, addedAt: file.mtimeMs };
      }
    }
  }

  /** CIDs of the blocks that are stored with a work, or null when it is not a work of its own here. */
  async blocksOf(root: CID): Promise<readonly string[] | null> {
    const key = root.toString();
    if (!(await exists(this.#packPath(key)))) {
      this.#index.drop(key); // another process may have removed it
      return (await exists(this.#blockPath(root))) ? [key] : null;
    }
    if (this.#index.blocksOf(key) === null) await this.#load(key);
    return this.#index.blocksOf(key);
  }

  /** Removes a work from the disk, whatever its marks. @returns the bytes that are free again */
  async remove(root: CID): Promise<number> {
    let bytes = 0;
    for (const file of [this.#packPath(root.toString()), this.#blockPath(root)]) {
      bytes += (await stat(file).catch(absent))?.size ?? 0;
      await rm(file, { force: true });
    }
    this.#files.forget(this.#packPath(root.toString()));
    this.#index.drop(root.toString());
    return bytes;
  }

  /** Closes what is open. */
  close(): Promise<void> {
    return this.#files.close();
  }

  /** Stored bytes under a CID, unchecked: from packs that are known to have it, from a file of its own, else from a pack that is new here. */
  async *#copies(cid: CID): AsyncGenerator<Uint8Array> {
    const key = cid.toString();
    let found = false;
    for (const copy of this.#index.copies(key)) {
      const bytes = await this.#readCopy(copy);
      found ||= bytes !== null;
      if (bytes) yield bytes;
    }
    const single = await readFile(this.#blockPath(cid)).catch(absent);
    if (single) yield single;
    if (single || found) return;
    // Perhaps a work that another process added.
    await this.#load(key);
    for (const copy of this.#index.copies(key)) {
      const bytes = await this.#readCopy(copy);
      if (bytes) yield bytes;
    }
  }

  #readCopy({ pack, offset, length }: Copy): Promise<Uint8Array | null> {
    return this.#files.with(this.#packPath(pack), async (file) => {
      if (!file) return null;
      const bytes = Buffer.allocUnsafeSlow(length);
      const { bytesRead } = await file.read(bytes, 0, length, offset);
      return bytes.subarray(0, bytesRead);
    });
  }

  /** Reads the index of one pack, if there is such a pack. */
  async #load(root: string): Promise<void> {
    const name = this.#packPath(root);
    const file = await open(name, "r").catch(absent);
    if (!file) return;
    this.#files.forget(name);
    try {
      this.#index.set(root, await indexPack(file, `${root}.car`));
    } finally {
      await file.close();
    }
  }

  #blockPath(cid: CID): string {
    const key = cid.toString();
    return path.join(this.#dir, "blocks", key.slice(-2), key);
  }

  #packPath(root: string): string {
    return path.join(this.#dir, "packs", `${parseCid(root).toString()}.car`);
  }
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(absent)) !== null;
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
