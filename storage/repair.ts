/** Looks again and again whether the copies are still there, and makes new ones where they are not. */
import { ColophonError } from "../common/errors.ts";
import { exportCar } from "./car-export.ts";
import { parseCid } from "./cid.ts";
import type { ContentStore } from "./content-store.ts";
import type { PinTarget } from "./pin-targets/pin-target.ts";
import type { Publication } from "./publications.ts";
import type { Publisher } from "./publisher.ts";
import { TREE_BLOCKS } from "./walk-dag.ts";

export type RepairOptions = {
  publisher: Publisher;
  store: ContentStore;
  /** How long a proof holds, ms (default a day). */
  everyMs?: number;
  now?: () => number;
};

/** What one round found and did, and how the works stand after it. */
export type RepairReport = {
  works: number;
  underReplicated: number;
  probed: number;
  lost: number;
  resent: number;
  /** Copies that are missing still. */
  missing: number;
};

/** A day. */
const EVERY_MS = 86_400_000;

export class Repair {
  readonly #options: RepairOptions;
  /** Of the last round; null before it. */
  last: RepairReport | null = null;

  constructor(options: RepairOptions) {
    this.#options = options;
  }

  /** One round over all works. Failures of targets are counted and told to the publisher's `onFailure`, not thrown. */
  async round(): Promise<RepairReport> {
    const { publisher } = this.#options;
    const report: RepairReport = { works: 0, underReplicated: 0, probed: 0, lost: 0, resent: 0, missing: 0 };
    for (const publication of publisher.publications()) {
      report.works += 1;
      await this.#repair(publication, report);
      if (publisher.copies(publication) < publisher.required) report.underReplicated += 1;
      report.missing += publisher.targets.length - publisher.copies(publication);
    }
    this.last = report;
    return report;
  }

  async #repair(publication: Publication, report: RepairReport): Promise<void> {
    const { publisher, store, everyMs = EVERY_MS, now = Date.now } = this.#options;
    const root = parseCid(publication.cid);
    const blocks = await this.#blocksOf(publication);
    if (!blocks) return;
    for (const target of publisher.targets) {
      const proven = publication.proven[target.name];
      if (proven !== undefined && now() - proven < everyMs) continue;
      if (proven !== undefined && (await this.#probe(target, publication, blocks, report))) continue;
      try {
        if (target.name === "local") await this.#healLocal(publication, store);
        await publisher.bring(target, root, blocks);
        report.resent += 1;
      } catch (error) {
        if (!(error instanceof ColophonError)) throw error; // the publisher has it in its journal
      }
    }
  }

  async #probe(
    target: PinTarget,
    publication: Publication,
    blocks: readonly string[],
    report: RepairReport,
  ): Promise<boolean> {
    const { publisher } = this.#options;
    report.probed += 1;
    try {
      await publisher.probe(target, parseCid(publication.cid), blocks);
      return true;
    } catch (error) {
      if (!(error instanceof ColophonError)) throw error;
      report.lost += 1;
      await publisher.noteMissing(target, publication.cid, error);
      return false;
    }
  }

  /** All blocks of a work: from the store, or, when its copy is gone, by walking a copy elsewhere back into it. */
  async #blocksOf(publication: Publication): Promise<readonly string[] | null> {
    const { publisher, store } = this.#options;
    const root = parseCid(publication.cid);
    const here = await store.blocks.blocksOf(root);
    if (here) return here;
    const [local] = publisher.targets;
    const lost = new ColophonError("CONTENT_NOT_FOUND", "The store's own copy is gone.", { status: 404 });
    if (local) await publisher.noteMissing(local, publication.cid, lost);
    await this.#healLocal(publication, store);
    return store.blocks.blocksOf(root);
  }

  /** Fetches a work from any target that has it. Each block is checked; what is damaged here is replaced. */
  async #healLocal({ cid }: Publication, store: ContentStore): Promise<void> {
    const root = parseCid(cid);
    for (const target of this.#options.publisher.targets) {
      if (target.name === "local") continue;
      try {
        await store.importCar(
          exportCar(root, (block) => target.block(block)),
          { maxBytes: Number.MAX_SAFE_INTEGER, maxBlocks: TREE_BLOCKS },
        );
        return;
      } catch (error) {
        if (!(error instanceof ColophonError)) throw error;
      }
    }
  }
}
