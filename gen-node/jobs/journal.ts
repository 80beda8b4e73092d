/**
 * Append-only journal: one line per record, `crc32 json\n`, on disk before `append` returns. A line cut short by a crash
 * can only be the last and is dropped when the journal is opened.
 */
import { type FileHandle, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { canonicalJson } from "../../common/canonical-json.ts";
import { ColophonError } from "../../common/errors.ts";
import { crc32 } from "../encode/crc32.ts";

const encoder = new TextEncoder();

/** One line of the journal. */
export function encodeRecord(record: unknown): Uint8Array {
  const text = canonicalJson(record);
  return encoder.encode(`${crc32(encoder.encode(text)).toString(16).padStart(8, "0")} ${text}\n`);
}

/**
 * Records of a journal's bytes, and how many bytes hold them.
 * @throws ColophonError JOURNAL_DAMAGED when a broken line has a good one after it: that is no crash but a bad disk
 */
export function decodeRecords(bytes: Uint8Array): { records: unknown[]; validBytes: number } {
  const records: unknown[] = [];
  let validBytes = 0;
  let broken = -1;
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    const record = decodeLine(bytes.subarray(start, end));
    if (record === undefined) {
      if (broken < 0) broken = start;
    } else if (broken >= 0) {
      throw new ColophonError("JOURNAL_DAMAGED", "The journal has a broken line before a good one.", {
        data: { offset: broken },
      });
    } else {
      records.push(record.value);
      validBytes = end + 1;
    }
    start = end + 1;
  }
  return { records, validBytes };
}

function decodeLine(line: Uint8Array): { value: unknown } | undefined {
  const sum = String.fromCharCode(...line.subarray(0, 9));
  if (!/^[0-9a-f]{8} $/.test(sum)) return undefined;
  const body = line.subarray(9);
  if (crc32(body) !== Number.parseInt(sum, 16)) return undefined;
  try {
    return { value: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)) };
  } catch {
    // A checksum that fits what is no JSON: treated like any other broken line.
    return undefined;
  }
}

/** An open journal. One per file and process; appends follow each other in call order. */
export class Journal<T> {
  readonly #file: FileHandle;
  #last: Promise<unknown> = Promise.resolve();
  #broken: unknown;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /**
   * Adds a record; resolves when it is on disk. After a failed write nobody knows what the file ends with, and a good line
   * after half a one would make all of it unreadable: every later append is refused until the journal is opened again.
   * @throws ColophonError JOURNAL_BROKEN
   */
  append(record: T): Promise<void> {
    const bytes = encodeRecord(record);
    const done = this.#last.then(async () => {
      if (this.#broken !== undefined) throw broken(this.#broken);
      try {
        await this.#file.appendFile(bytes);
        await this.#file.datasync();
      } catch (error) {
        this.#broken = error;
        throw broken(error);
      }
    });
    this.#last = done.catch(() => undefined); // the caller has the error
    return done;
  }

  /** Waits for appends under way and closes the file. */
  async close(): Promise<void> {
    await this.#last;
    await this.#file.close();
  }
}

function broken(cause: unknown): ColophonError {
  return new ColophonError("JOURNAL_BROKEN", "The journal cannot be written.", { status: 503, cause });
}

/**
 * Opens or creates a journal and returns what it holds; a torn tail is cut off.
 * @throws ColophonError JOURNAL_DAMAGED
 */
export async function openJournal<T>(path: string): Promise<{ journal: Journal<T>; records: T[] }> {
  const file = await open(path, "a+");
  try {
    const { records, validBytes } = decodeRecords(await readFile(path));
    await file.truncate(validBytes);
    await file.sync();
    const folder = await open(dirname(path), "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    return { journal: new Journal<T>(file), records: records as T[] };
  } catch (error) {
    await file.close();
    throw error;
  }
}
