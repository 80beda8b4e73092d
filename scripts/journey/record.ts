/** What a journey has done so far, on disk, so that one that was cut off goes on where it stopped. */
import { mkdir, open, readFile, rename } from "node:fs/promises";
import path from "node:path";
import type { Hex } from "viem";
import { z } from "zod";
import type { Hash } from "../../common/digest.ts";

const hex = z.string().regex(/^0x[0-9a-f]*$/);

const recordSchema = z.object({
  version: z.literal(1),
  /** SHA-256 of the file. */
  sha256: hex,
  /** Genesis hash and registry address: another chain is another journey. */
  market: z.string(),
  finished: z.boolean(),
  steps: z.record(z.string(), z.unknown()),
  ms: z.record(z.string(), z.number()),
  /** Transactions by name: signed, then sent. */
  transactions: z.record(z.string(), z.object({ hash: hex, raw: hex })),
});
type RecordContent = z.infer<typeof recordSchema>;

export class JourneyRecord {
  readonly #file: string;
  readonly #content: RecordContent;
  readonly #onStep: (name: string, ms: number) => void;
  #saved: Promise<void> = Promise.resolve();

  private constructor(file: string, content: RecordContent, onStep: (name: string, ms: number) => void) {
    this.#file = file;
    this.#content = content;
    this.#onStep = onStep;
  }

  /**
   * Opens the record of a file's journey through one market; a record made on another chain is started over.
   *
   * @param folder where records are kept, one file per hash
   * @param market names the chain and deployment
   * @param onStep told about each step done now (not about those found done), with its duration in ms
   */
  static async open(options: {
    folder: string;
    sha256: Hash;
    market: string;
    onStep?: (name: string, ms: number) => void;
  }): Promise<JourneyRecord> {
    const { folder, sha256, market, onStep = () => undefined } = options;
    await mkdir(folder, { recursive: true });
    const file = path.join(folder, `${sha256.slice(2)}.json`);
    const known = await readRecord(file);
    const blank = { version: 1 as const, sha256, market, finished: false, steps: {}, ms: {}, transactions: {} };
    return new JourneyRecord(file, known?.market === market ? known : blank, onStep);
  }

  get finished(): boolean {
    return this.#content.finished;
  }

  /** Duration of each step, ms, as measured when it was done. */
  get ms(): Readonly<Record<string, number>> {
    return this.#content.ms;
  }

  /** True once a step's result or transaction is on disk. */
  has(name: string): boolean {
    return name in this.#content.steps || name in this.#content.transactions;
  }

  /** Does a step once: its result (JSON values only) is kept, and returned when the journey comes by again. */
  async step<T>(name: string, run: () => Promise<T>): Promise<T> {
    if (name in this.#content.steps) return this.#content.steps[name] as T;
    const started = performance.now();
    const result = await run();
    const ms = Math.round(performance.now() - started);
    this.#content.steps[name] = result;
    this.#content.ms[name] = ms;
    await this.#save();
    this.#onStep(name, ms);
    return result;
  }

  transaction(name: string): { hash: Hex; raw: Hex } | null {
    const known = this.#content.transactions[name];
    return known ? { hash: known.hash as Hex, raw: known.raw as Hex } : null;
  }

  /** Keeps a signed transaction: on disk before it is sent. */
  async keepTransaction(name: string, transaction: { hash: Hex; raw: Hex }): Promise<void> {
    this.#content.transactions[name] = transaction;
    await this.#save();
  }

  async finish(): Promise<void> {
    this.#content.finished = true;
    await this.#save();
  }

  /** Writes the whole record, one write after the other. */
  #save(): Promise<void> {
    this.#saved = this.#saved.then(() => this.#write());
    return this.#saved;
  }

  async #write(): Promise<void> {
    const temporary = `${this.#file}.${process.pid}.tmp`;
    const handle = await open(temporary, "w");
    try {
      await handle.writeFile(`${JSON.stringify(this.#content, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, this.#file);
  }
}

/** The record in a file, or null where there is none that can be read: it only saves time, the chain knows the truth. */
async function readRecord(file: string): Promise<RecordContent | null> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}
