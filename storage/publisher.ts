/**
 * Brings works to enough places before anybody relies on them. Each step is in a journal before the next begins, so that a restart goes on
 * where a crash fell; each step may be repeated.
 *
 * stored -> replicated (k of n targets gave blocks back that were checked) -> announced -> and only then a chain transaction.
 */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";
import { notFound, parseCid } from "./cid.ts";
import type { ContentStore } from "./content-store.ts";
import { Journal } from "./journal.ts";
import type { PinnedWork, PinTarget } from "./pin-targets/pin-target.ts";
import { RETRY } from "./pin-targets/retry.ts";
import { StoreTarget } from "./pin-targets/store-target.ts";
import { proveCopy } from "./prove-copy.ts";
import { type Publication, type PublicationRecord, Publications } from "./publications.ts";

export type PublisherOptions = {
  /** Folder of the journal. */
  dir: string;
  store: ContentStore;
  /** Beside the store itself, which is the target `local`. */
  targets: readonly PinTarget[];
  /** Proven copies, the store's own among them, that a work needs. */
  required: number;
  /** Uniform in [0, 1) (default: the platform's). */
  random?: () => number;
  /** Time for records, ms of the epoch (default: the system's clock). */
  now?: () => number;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Longest time that a target may take to fetch a work, ms (default 10 minutes). */
  pinMs?: number;
  /** Told of every target that did not get its copy. */
  onFailure?: (failure: { cid: string; target: string; error: unknown }) => void;
};

/** Random blocks, beside the root, that prove a new copy. */
const SAMPLES = 2;
/** Waits between questions to a target that is fetching, ms: the first, and the longest. */
const POLL_MS = { first: 200, most: 10_000 };
/** Times that a target may say "failed" before it is left to the repair. */
const FAILURES = 3;

export class Publisher {
  readonly #options: PublisherOptions;
  readonly #journal: Journal<PublicationRecord>;
  readonly #publications: Publications;
  readonly targets: readonly PinTarget[];
  readonly #running = new Map<string, Promise<void>>();
  readonly #sending = new Map<string, Promise<string>>();
  readonly #stop = new AbortController();

  private constructor(options: PublisherOptions, journal: Journal<PublicationRecord>, publications: Publications) {
    this.#options = options;
    this.#journal = journal;
    this.#publications = publications;
    this.targets = [new StoreTarget("local", options.store), ...options.targets];
  }

  /** @throws ColophonError JOURNAL_DAMAGED, BAD_TARGETS (more copies are required than there are places) */
  static async open(options: PublisherOptions): Promise<Publisher> {
    if (options.required > options.targets.length + 1) {
      throw new ColophonError("BAD_TARGETS", "More copies are required than there are places for them.");
    }
    await mkdir(options.dir, { recursive: true });
    const publications = new Publications();
    const { journal } = await Journal.open<PublicationRecord>(
      path.join(options.dir, "publications.journal"),
      (records) => {
        for (const record of records) publications.apply(record);
        return publications.records();
      },
    );
    return new Publisher(options, journal, publications);
  }

  get required(): number {
    return this.#options.required;
  }

  /** What is known of a work, or null when it was never published here. */
  publication(cid: string): Publication | null {
    return this.#publications.works.get(parseCid(cid).toString()) ?? null;
  }

  /** Every published work. */
  publications(): Publication[] {
    return [...this.#publications.works.values()];
  }

  /** Copies of a work that count: of targets that are still configured. */
  copies({ proven }: Publication): number {
    return this.targets.filter(({ name }) => proven[name] !== undefined).length;
  }

  /**
   * Brings a stored work to its targets. Resolves when enough copies are proven; the others go on.
   * @param options.timeoutMs longest wait (default 30 s); what was begun goes on
   * @throws ColophonError CONTENT_NOT_FOUND (not a work of this store), UNDER_REPLICATED (503; asking again goes on where it stands)
   */
  async replicate(text: string, options: { timeoutMs?: number } = {}): Promise<Publication> {
    const root = parseCid(text);
    const cid = root.toString();
    const blocks = await this.#options.store.blocks.blocksOf(root);
    if (!blocks) throw notFound(cid);
    const known = this.#publications.works.get(cid);
    if (!known) await this.#record({ type: "stored", cid });
    const publication = this.#publications.works.get(cid) as Publication;
    if (this.copies(publication) < this.required || publication.state === "stored") {
      await this.#bringEverywhere(root, blocks, publication, options.timeoutMs ?? 30_000);
      await this.#advance(root, publication, options.timeoutMs ?? 30_000);
    }
    return publication;
  }

  /**
   * Sends a chain transaction, but only when every work that it names is replicated. One purpose is sent once: a later call, also after a
   * restart, is told the first one's result. After a crash between sending and recording, `send` runs again: it must know its purpose.
   * @throws as `replicate`, and what `send` throws
   */
  submit(purpose: string, cids: readonly string[], send: () => Promise<string>): Promise<string> {
    const known = this.#publications.sendings.get(purpose);
    if (known) return Promise.resolve(known.result);
    const running = this.#sending.get(purpose);
    if (running) return running;
    const sending = (async () => {
      for (const cid of cids) await this.replicate(cid);
      const result = await send();
      await this.#record({ type: "sent", purpose, cids: [...cids], result });
      return result;
    })().finally(() => this.#sending.delete(purpose));
    this.#sending.set(purpose, sending);
    return sending;
  }

  /** Brings a work to one target and proves the copy. @throws ColophonError why there is none; it is in the journal then */
  async bring(target: PinTarget, root: CID, blocks: readonly string[]): Promise<void> {
    const cid = root.toString();
    try {
      await this.#pin(target, this.#workOf(root));
      await this.#prove(target, root, blocks, SAMPLES);
    } catch (error) {
      await this.noteMissing(target, cid, error);
      throw error;
    }
  }

  /** Reads one random block back. @throws ColophonError why the copy is not good; the journal is left to the caller */
  async probe(target: PinTarget, root: CID, blocks: readonly string[]): Promise<void> {
    await this.#prove(target, root, blocks, 1);
  }

  /** Records that a target's copy is not there, or not good. */
  async noteMissing(target: PinTarget, cid: string, error: unknown): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const code = error instanceof ColophonError ? error.code : "INTERNAL";
    this.#options.onFailure?.({ cid, target: target.name, error });
    const known = this.#publications.works.get(cid)?.missing[target.name];
    if (known !== code) await this.#record({ type: "missing", cid, target: target.name, code });
  }

  /** Gives a work up everywhere: the store's own copy may be collected. @throws ColophonError the first target's that could not be told */
  async forget(text: string): Promise<void> {
    const root = parseCid(text);
    for (const target of this.targets) await target.remove(root, this.#stop.signal);
    await this.#record({ type: "forgotten", cid: root.toString() });
  }

  /** Stops what is under way; it goes on when the publisher is opened and asked again. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled([...this.#running.values(), ...this.#sending.values()]);
    await this.#journal.close();
  }

  async #bringEverywhere(
    root: CID,
    blocks: readonly string[],
    publication: Publication,
    timeoutMs: number,
  ): Promise<void> {
    const cid = root.toString();
    let left = 0;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      const check = () => {
        if (this.copies(publication) >= this.required || left === 0) resolve();
      };
      for (const target of this.targets) {
        if (publication.proven[target.name] !== undefined) continue;
        const key = `${cid}/${target.name}`;
        const running =
          this.#running.get(key) ??
          this.bring(target, root, blocks)
            .catch(() => undefined) // in the journal, and told to `onFailure`
            .finally(() => this.#running.delete(key));
        this.#running.set(key, running);
        left += 1;
        void running.then(() => {
          left -= 1;
          check();
        });
      }
      timer = setTimeout(resolve, timeoutMs);
      check();
    });
    clearTimeout(timer);
  }

  /** Moves a work on as far as its copies allow. @throws ColophonError UNDER_REPLICATED */
  async #advance(root: CID, publication: Publication, timeoutMs: number): Promise<void> {
    const { cid } = publication;
    const copies = this.copies(publication);
    if (copies < this.required) {
      throw new ColophonError(
        "UNDER_REPLICATED",
        `${copies} of ${this.required} copies of the content are proven; try again.`,
        {
          status: 503,
          data: { cid, copies, required: this.required, missing: publication.missing },
        },
      );
    }
    if (publication.state === "stored") await this.#record({ type: "state", cid, state: "replicated" });
    if (publication.state === "announced") return;
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(timeoutMs)]);
    for (const target of this.targets) {
      try {
        await target.announce?.(root, signal);
      } catch (error) {
        // Announcing helps strangers to find the copy; that there is one does not depend on it.
        this.#options.onFailure?.({ cid, target: target.name, error });
      }
    }
    await this.#record({ type: "state", cid, state: "announced" });
  }

  /** Asks for a copy until the target says that it has it. @throws ColophonError PIN_FAILED, PIN_TIMEOUT, and what the target throws */
  async #pin(target: PinTarget, work: PinnedWork): Promise<void> {
    const { signal } = this.#stop;
    const sleep = this.#options.sleep ?? RETRY.sleep;
    const until = performance.now() + (this.#options.pinMs ?? 600_000);
    let failures = 0;
    let pollMs = POLL_MS.first;
    for (let state = await target.ensure(work, signal); state !== "pinned"; ) {
      if (signal.aborted || performance.now() > until) throw pinTimeout(target, work);
      if (state === "failed" || state === "absent") {
        failures += 1;
        if (failures >= FAILURES) throw pinFailed(target, work);
        state = await target.ensure(work, signal);
        continue;
      }
      await sleep(pollMs, signal);
      pollMs = Math.min(POLL_MS.most, pollMs * 2);
      state = await target.status(work.cid, signal);
    }
  }

  async #prove(target: PinTarget, root: CID, blocks: readonly string[], samples: number): Promise<void> {
    const random = this.#options.random ?? Math.random;
    await proveCopy(target, { root, blocks }, { samples, random, signal: this.#stop.signal });
    const now = this.#options.now ?? Date.now;
    await this.#record({ type: "proven", cid: root.toString(), target: target.name, at: now() });
  }

  #workOf(cid: CID): PinnedWork {
    const { store } = this.#options;
    return { cid, name: `colophon ${cid.toString()}`, car: () => store.exportCar(cid.toString()) };
  }

  async #record(record: PublicationRecord): Promise<void> {
    await this.#journal.append(record);
    this.#publications.apply(record);
  }
}

function pinFailed({ name }: PinTarget, { cid }: PinnedWork): ColophonError {
  return new ColophonError("PIN_FAILED", `The target ${name} says that it cannot fetch the content.`, {
    status: 503,
    data: { target: name, cid: cid.toString() },
  });
}

function pinTimeout({ name }: PinTarget, { cid }: PinnedWork): ColophonError {
  return new ColophonError("PIN_TIMEOUT", `The target ${name} did not fetch the content in time.`, {
    status: 503,
    data: { target: name, cid: cid.toString() },
  });
}
