/**
 * Marks on works that nobody needs any more. Everything that was added is kept until it is released; only what was released can be
 * collected, and adding it again takes the mark away.
 *
 * A collector of one process and a writer of another meet on the mark: the collector takes it by a rename, the writer by removing it, and
 * only one of them succeeds.
 */
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";
import { type Drafts, syncDir } from "./durable-file.ts";

/** Longest wait for a collector that is just removing the same work, ms; and how often it is asked whether that one was killed. */
const WAIT_MS = 10_000;
const ASK_MS = 250;

export class Releases {
  readonly #released: string;
  readonly #collecting: string;
  readonly #drafts: Drafts;
  /** Ends what a killed collector left; nothing while one runs. Set by the store, which knows how works are removed. */
  recover: () => Promise<void> = async () => {};

  private constructor(dir: string, drafts: Drafts) {
    this.#released = path.join(dir, "released");
    this.#collecting = path.join(dir, "collecting");
    this.#drafts = drafts;
  }

  static async open(dir: string, drafts: Drafts): Promise<Releases> {
    const releases = new Releases(dir, drafts);
    for (const part of [releases.#released, releases.#collecting]) await mkdir(part, { recursive: true });
    return releases;
  }

  /** Marks a work; when this resolves, the disk has the mark. */
  async add(root: CID): Promise<void> {
    const draft = await this.#drafts.create();
    await draft.commit(path.join(this.#released, root.toString()));
  }

  /** Takes the mark away. @throws ColophonError STORE_BUSY when the work is being removed for too long */
  async clear(root: CID): Promise<void> {
    const removed = await rm(path.join(this.#released, root.toString())).then(() => true, absent);
    if (removed) {
      await syncDir(this.#released);
      return;
    }
    const until = performance.now() + WAIT_MS;
    let ask = performance.now() + ASK_MS;
    while (await stat(path.join(this.#collecting, root.toString())).catch(absent)) {
      if (performance.now() > until) {
        throw new ColophonError("STORE_BUSY", "The same content is being removed just now; try again.", {
          status: 503,
        });
      }
      if (performance.now() > ask) {
        await this.recover();
        ask = performance.now() + ASK_MS;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Released works and since when (ms of the epoch). */
  async list(): Promise<Map<string, number>> {
    const marks = new Map<string, number>();
    for (const name of await readdir(this.#released)) {
      const mark = await stat(path.join(this.#released, name)).catch(absent);
      if (mark) marks.set(name, mark.mtimeMs);
    }
    return marks;
  }

  /** Runs `remove` unless the work was added again meanwhile. @returns whether it ran */
  async collect(root: string, remove: () => Promise<void>): Promise<boolean> {
    const claim = path.join(this.#collecting, root);
    const claimed = await rename(path.join(this.#released, root), claim).then(() => true, absent);
    if (!claimed) return false;
    await remove();
    await rm(claim);
    return true;
  }

  /** Works whose removal a process began and did not end. */
  async unfinished(): Promise<string[]> {
    return readdir(this.#collecting);
  }

  /** Ends the removal of a work that another process began. */
  async finish(root: string, remove: () => Promise<void>): Promise<void> {
    await remove();
    await rm(path.join(this.#collecting, root), { force: true });
  }
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
