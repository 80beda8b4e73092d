/** The one thread of this process that writes packs; started by the first work of several blocks. */
import { Worker } from "node:worker_threads";
import type { CID } from "multiformats/cid";
import type { PackRequest, PackResponse, PackWorkerData, StoredBlock } from "./pack-worker.ts";
import { CHUNK_BYTES } from "./profile.ts";

/** Leaves on their way to the thread, over all packs: they bound the memory, 1 MiB each. */
const SLOTS = 16;

type Pending = { resolve: (stored: StoredBlock | undefined) => void; reject: (error: Error) => void; slot?: number };
type RequestBody = PackRequest extends infer R ? (R extends PackRequest ? Omit<R, "seq"> : never) : never;

class PackThread {
  readonly #slots = Array.from({ length: SLOTS }, () => new SharedArrayBuffer(CHUNK_BYTES));
  readonly #views = this.#slots.map((slot) => new Uint8Array(slot));
  readonly #free = this.#slots.map((_, i) => i);
  readonly #waiting: ((slot: number) => void)[] = [];
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | null = null;
  #seq = 0;
  #packs = 0;

  /** Opens a pack on a file. The thread writes to the descriptor until `close`. */
  async open(fd: number): Promise<OpenPack> {
    const pack = ++this.#packs;
    await this.ask({ op: "open", pack, fd });
    return new OpenPack(this, pack);
  }

  /** A slot of shared memory with a copy of a leaf in it. */
  async fill(leaf: Uint8Array): Promise<number> {
    const slot = this.#free.pop() ?? (await new Promise<number>((resolve) => this.#waiting.push(resolve)));
    (this.#views[slot] as Uint8Array).set(leaf);
    return slot;
  }

  ask(body: RequestBody): Promise<StoredBlock | undefined> {
    const worker = (this.#worker ??= this.#start());
    const seq = ++this.#seq;
    return new Promise((resolve, reject) => {
      this.#pending.set(seq, { resolve, reject, slot: body.op === "leaf" ? body.slot : undefined });
      worker.ref();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
      worker.postMessage({ ...body, seq } satisfies PackRequest);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL("./pack-worker.ts", import.meta.url), {
      execArgv: [],
      workerData: { slots: this.#slots } satisfies PackWorkerData,
    });
    worker.on("message", ({ seq, stored, error }: PackResponse) => {
      const pending = this.#pending.get(seq);
      if (error) this.#settle(seq)?.reject(Object.assign(new Error(error.message), { code: error.code }));
      else this.#settle(seq)?.resolve(stored);
      if (pending && this.#pending.size === 0) worker.unref();
    });
    worker.on("error", (error) => this.#lost(worker, error as Error));
    worker.on("exit", () => this.#lost(worker, new Error("the thread that writes packs ended")));
    return worker;
  }

  #settle(seq: number): Pending | undefined {
    const pending = this.#pending.get(seq);
    this.#pending.delete(seq);
    if (pending?.slot !== undefined) {
      const next = this.#waiting.shift();
      if (next) next(pending.slot);
      else this.#free.push(pending.slot);
    }
    return pending;
  }

  /** Whoever waits for a thread that is gone is told; the next work starts another. */
  #lost(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const seq of this.#pending.keys()) this.#settle(seq)?.reject(error);
  }
}

/** A pack being written in the thread. */
export class OpenPack {
  readonly #thread: PackThread;
  readonly #pack: number;

  constructor(thread: PackThread, pack: number) {
    this.#thread = thread;
    this.#pack = pack;
  }

  /**
   * Stores a leaf of at most 1 MiB as a raw block.
   * @returns its SHA-256 and its place; `leaf` may be used again then
   */
  async leaf(leaf: Uint8Array): Promise<Required<StoredBlock>> {
    const slot = await this.#thread.fill(leaf);
    const stored = await this.#thread.ask({ op: "leaf", pack: this.#pack, slot, length: leaf.length });
    return stored as Required<StoredBlock>;
  }

  /** Stores a block whose CID is known. @returns its place */
  async block(cid: CID, block: Uint8Array): Promise<StoredBlock> {
    // A view is copied: posting it would copy all of the memory that it is a part of.
    const stored = await this.#thread.ask({
      op: "block",
      pack: this.#pack,
      cid: Uint8Array.from(cid.bytes),
      block: Uint8Array.from(block),
    });
    return stored as StoredBlock;
  }

  /** Writes the header; everything else must have been written. */
  async finish(header: Uint8Array): Promise<void> {
    await this.#thread.ask({ op: "finish", pack: this.#pack, header });
  }

  async close(): Promise<void> {
    await this.#thread.ask({ op: "close", pack: this.#pack });
  }
}

const thread = new PackThread();

/** Opens a pack on a file. */
export function openPack(fd: number): Promise<OpenPack> {
  return thread.open(fd);
}
