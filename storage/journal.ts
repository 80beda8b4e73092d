/**
 * Append-only journal of JSON records, one line each with its checksum, on disk before `append` returns. A line cut short by a crash can only be
 * the last, and is dropped when the journal is opened.
 */
import { type FileHandle, open, readFile, rename } from "node:fs/promises";
import path from "node:path";
import { crc32 } from "node:zlib";
import { ColophonError } from "../common/errors.ts";
import { syncDir } from "./durable-file.ts";

export class Journal<T> {
  readonly #file: FileHandle;
  #length: number;
  /** The last record failed, and some of it may lie behind the others. */
  #torn = false;
  #queue: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle, length: number) {
    this.#file = file;
    this.#length = length;
  }

  /**
   * Opens or creates a journal.
   * @param compact gives the records that say all that the given ones say; the file is rewritten with them
   * @throws ColophonError JOURNAL_DAMAGED when a broken line has another after it: that is no crash but a bad disk
   */
  static async open<T>(file: string, compact: (records: T[]) => T[]): Promise<{ journal: Journal<T>; records: T[] }> {
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    const records = compact(decode<T>(text, file));
    const draft = `${file}.new`;
    const handle = await open(draft, "w", 0o600);
    const bytes = Buffer.from(records.map(encode).join(""));
    await handle.writeFile(bytes);
    await handle.sync();
    await rename(draft, file);
    await syncDir(path.dirname(file));
    return { journal: new Journal<T>(handle, bytes.length), records };
  }

  /** Adds a record; when this resolves, the disk has it. */
  append(record: T): Promise<void> {
    const written = this.#queue.then(async () => {
      // Where nothing is left of a record that failed: a shorter one would not cover it.
      if (this.#torn) await this.#cut();
      this.#torn = true;
      const line = Buffer.from(encode(record));
      let done = 0;
      while (done < line.length) {
        const { bytesWritten } = await this.#file.write(line, done, line.length - done, this.#length + done);
        done += bytesWritten;
      }
      await this.#file.datasync();
      this.#length += line.length;
      this.#torn = false;
    });
    this.#queue = written.catch(() => this.#cut().catch(() => undefined)); // the caller has the first error
    return written;
  }

  /** Takes back what a failed record left: nobody was told that it is there. */
  async #cut(): Promise<void> {
    await this.#file.truncate(this.#length);
    this.#torn = false;
  }

  async close(): Promise<void> {
    await this.#queue;
    await this.#file.close();
  }
}

function encode(record: unknown): string {
  const text = JSON.stringify(record);
  return `${checksum(text)} ${text}\n`;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}

function decode<T>(text: string, file: string): T[] {
  const lines = text.split("\n");
  lines.pop(); // empty, or cut short
  return lines.map((line, i) => {
    const body = line.slice(9);
    if (line.slice(0, 9) === `${checksum(body)} `) return JSON.parse(body) as T;
    throw new ColophonError("JOURNAL_DAMAGED", `${file} has a broken line.`, {
      status: 500,
      data: { file, line: i + 1 },
    });
  });
}
