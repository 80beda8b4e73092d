/** Small WebP pictures of works, made once per file and width, kept on disk and (the latest) in memory. */
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { StoredFile } from "../../../common/documents.ts";
import { ColophonError } from "../../../common/errors.ts";
import { LIMITS } from "../../../common/limits.ts";
import { checkBytes, openPicture } from "../../documents/media.ts";
import type { FileSource } from "../../documents/document-fetcher.ts";

export const PREVIEW_WIDTHS = [320, 640, 1280] as const;
export type PreviewWidth = (typeof PREVIEW_WIDTHS)[number];

/** Bytes of previews kept in memory. */
const MEMORY_BYTES = 32 * 1024 * 1024;

export class PreviewMaker {
  readonly #source: FileSource;
  readonly #dir: string | null;
  readonly #memory = new Map<string, Uint8Array>();
  readonly #making = new Map<string, Promise<Uint8Array>>();
  #memoryBytes = 0;

  /** @param dir folder to keep previews in, or null to keep them in memory only */
  constructor(source: FileSource, dir: string | null) {
    this.#source = source;
    this.#dir = dir;
  }

  /**
   * WebP of a picture at most `width` pixels wide.
   * @throws ColophonError `NO_PREVIEW` when no picture can be made of the file; errors of the store
   */
  async preview(file: StoredFile, width: PreviewWidth): Promise<Uint8Array> {
    const key = `${file.cid}-${file.sha256.slice(2, 18)}-${width}`;
    const kept = this.#memory.get(key);
    if (kept) {
      this.#memory.delete(key);
      this.#memory.set(key, kept);
      return kept;
    }
    let making = this.#making.get(key);
    if (!making) {
      making = this.#load(key, file, width).finally(() => this.#making.delete(key));
      this.#making.set(key, making);
    }
    return making;
  }

  async #load(key: string, file: StoredFile, width: PreviewWidth): Promise<Uint8Array> {
    const onDisk = this.#dir && path.join(this.#dir, `${key}.webp`);
    const picture = onDisk && existsSync(onDisk) ? await readFile(onDisk) : await this.#make(file, width);
    if (onDisk && !existsSync(onDisk)) {
      await mkdir(path.dirname(onDisk), { recursive: true });
      await writeFile(`${onDisk}.${process.pid}.tmp`, picture);
      await rename(`${onDisk}.${process.pid}.tmp`, onDisk);
    }
    this.#keep(key, picture);
    return picture;
  }

  async #make(file: StoredFile, width: PreviewWidth): Promise<Uint8Array> {
    const bytes = await this.#source.get(file.cid, { maxBytes: LIMITS.uploadBytes });
    try {
      checkBytes(bytes, file.sha256);
      return await openPicture(bytes)
        .resize({ width, withoutEnlargement: true, height: width * 2, fit: "inside" })
        .webp({ quality: 82, effort: 2 })
        .toBuffer();
    } catch (cause) {
      throw new ColophonError("NO_PREVIEW", "No preview can be made of this file.", {
        status: 404,
        data: { cid: file.cid },
        cause,
      });
    }
  }

  #keep(key: string, picture: Uint8Array): void {
    this.#memory.set(key, picture);
    this.#memoryBytes += picture.length;
    for (const [oldest, bytes] of this.#memory) {
      if (this.#memoryBytes <= MEMORY_BYTES) break;
      this.#memory.delete(oldest);
      this.#memoryBytes -= bytes.length;
    }
  }
}
