import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { ColophonError } from "../../common/errors.ts";

/** One thing done to the chain, in the order in which it was done. Timestamps are unix seconds. */
export type JournalEntry =
  | { n: number; kind: "tx"; timestamp: number; raw: `0x${string}` }
  | { n: number; kind: "mine"; timestamp: number }
  /** Transaction `of` was refused by the chain: a replay leaves it out. */
  | { n: number; kind: "void"; of: number }
  | { n: number; kind: "seal" }
  /** The clock was moved forward by this many seconds (test chains only). */
  | { n: number; kind: "advance"; seconds: number };

type Unnumbered<T> = T extends unknown ? Omit<T, "n"> : never;
export type NewEntry = Unnumbered<JournalEntry>;

/**
 * Append-only file of entries, one line each: eight hex digits of CRC-32, a space, JSON. A line is durable when `append` resolves.
 * A torn last line (a crash in the middle of a write) is cut off when the file is opened; damage anywhere else is refused.
 */
export class Journal {
  readonly #file: FileHandle;
  #bytes: number;
  #next: number;
  #broken: Error | null = null;

  private constructor(file: FileHandle, bytes: number, next: number) {
    this.#file = file;
    this.#bytes = bytes;
    this.#next = next;
  }

  /**
   * Opens or creates a journal.
   * @param firstNumber number of the first entry of this file
   * @throws ColophonError JOURNAL_CORRUPT when an entry other than the last is damaged
   */
  static async open(path: string, firstNumber: number): Promise<{ journal: Journal; entries: JournalEntry[] }> {
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      const { entries, bytes, torn } = parse(await file.readFile(), path, firstNumber);
      if (torn) {
        await file.truncate(bytes);
        await file.datasync();
      }
      return { journal: new Journal(file, bytes, firstNumber + entries.length), entries };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Number that the next entry will have. */
  get next(): number {
    return this.#next;
  }

  /**
   * Writes one entry and, unless `sync` is false, waits until the disk has it.
   * After a failed write or sync nobody knows what the disk holds, so every later append is refused too.
   * @throws ColophonError JOURNAL_BROKEN
   */
  async append(entry: NewEntry, sync = true): Promise<number> {
    if (this.#broken) throw broken(this.#broken);
    const n = this.#next;
    const line = encode({ n, ...entry });
    try {
      let done = 0;
      while (done < line.length) {
        const { bytesWritten } = await this.#file.write(line, done, line.length - done, this.#bytes + done);
        done += bytesWritten;
      }
      if (sync) await this.#file.datasync();
    } catch (error) {
      this.#broken = error as Error;
      throw broken(error);
    }
    this.#bytes += line.length;
    this.#next += 1;
    return n;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function broken(cause: unknown): ColophonError {
  return new ColophonError("JOURNAL_BROKEN", "The chain's journal cannot be written; nothing was sent.", {
    status: 503,
    cause,
  });
}

function encode(entry: JournalEntry): Buffer {
  const json = JSON.stringify(entry);
  return Buffer.from(`${crc32(json).toString(16).padStart(8, "0")} ${json}\n`);
}

function parse(content: Buffer, path: string, firstNumber: number) {
  const entries: JournalEntry[] = [];
  let bytes = 0;
  while (bytes < content.length) {
    const end = content.indexOf(10, bytes);
    const entry = end < 0 ? null : decode(content.toString("utf8", bytes, end));
    if (!entry || entry.n !== firstNumber + entries.length) {
      if (end >= 0 && end + 1 < content.length) {
        throw new ColophonError("JOURNAL_CORRUPT", `Entry ${firstNumber + entries.length} of ${path} is damaged.`);
      }
      return { entries, bytes, torn: true };
    }
    entries.push(entry);
    bytes = end + 1;
  }
  return { entries, bytes, torn: false };
}

function decode(line: string): JournalEntry | null {
  const json = line.slice(9);
  if (line[8] !== " " || line.slice(0, 8) !== crc32(json).toString(16).padStart(8, "0")) return null;
  return JSON.parse(json) as JournalEntry;
}
