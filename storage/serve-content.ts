/** `GET` and `HEAD /ipfs/{cid}`: a file, a block, or a CAR. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Request, Response } from "express";
import { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";
import { parseEntityBytes, parseRange } from "./byte-range.ts";
import { parseCid } from "./cid.ts";
import type { ContentStore } from "./content-store.ts";
import { type CarForm, negotiate } from "./negotiate.ts";
import { carHeader, carSection } from "./pack.ts";
import { sniff, type Sniffed, SNIFF_BYTES } from "./sniff.ts";
import { type ByteRange, fileSize, walkFile } from "./walk-file.ts";

/** The empty identity CID, by which clients find out whether this is a gateway. */
const PROBE = "bafkqaaa";

export class ContentServer {
  readonly #store: ContentStore;
  readonly #sniffed = new Map<string, Sniffed>();

  constructor(store: ContentStore) {
    this.#store = store;
  }

  async serve(request: Request, response: Response): Promise<void> {
    const text = String(request.params.cid);
    const query = new URL(request.originalUrl, "http://localhost").searchParams;
    // Nothing of other people's may run with the rights of a page of ours, whatever a browser makes of it.
    response.setHeader("x-content-type-options", "nosniff");
    response.setHeader(
      "content-security-policy",
      "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'; sandbox",
    );
    response.setHeader("vary", "accept");
    const form = negotiate(query, request.headers.accept);
    if (text === PROBE) return serveProbe(request, response, form.form);

    const cid = parseCid(text);
    const root = await this.#root(cid, request);
    response.setHeader("cache-control", "public, max-age=29030400, immutable");
    response.setHeader("x-ipfs-path", `/ipfs/${text}`);
    response.setHeader("x-ipfs-roots", cid.toString());
    if (form.form !== "file" && !query.has("format")) {
      response.setHeader("content-location", `/ipfs/${text}?format=${form.form}`);
    }
    if (form.form === "raw") return this.#serveRaw(request, response, cid, root, query);
    if (form.form === "car") return this.#serveCar(request, response, cid, form, query);
    return this.#serveFile(request, response, cid, query);
  }

  /** The root block, checked; its absence and its damage show before anything is answered. */
  async #root(cid: CID, request: Request): Promise<Uint8Array> {
    try {
      return await this.#store.blocks.get(cid);
    } catch (error) {
      const cachedOnly = /(?:^|,)\s*only-if-cached/i.test(request.headers["cache-control"] ?? "");
      if (cachedOnly && error instanceof ColophonError && error.code === "CONTENT_NOT_FOUND") {
        throw new ColophonError(error.code, error.message, { status: 412, data: error.data });
      }
      throw error;
    }
  }

  async #serveFile(request: Request, response: Response, cid: CID, query: URLSearchParams): Promise<void> {
    const readBlock = (block: CID) => this.#store.blocks.get(block);
    const size = await fileSize(cid, readBlock);
    const { type, inline } = await this.#sniff(cid, size);
    const download = query.get("download") === "true" || !inline;
    disposition(response, download ? "attachment" : "inline", query.get("filename") ?? cid.toString());
    await send(request, response, {
      type,
      etag: `"${cid.toString()}"`,
      size,
      read: async function* (range) {
        for await (const { data } of walkFile(cid, readBlock, range)) if (data.length > 0) yield data;
      },
    });
  }

  async #serveRaw(
    request: Request,
    response: Response,
    cid: CID,
    block: Uint8Array,
    query: URLSearchParams,
  ): Promise<void> {
    disposition(response, "attachment", query.get("filename") ?? `${cid.toString()}.bin`);
    await send(request, response, {
      type: "application/vnd.ipld.raw",
      etag: `"${cid.toString()}.raw"`,
      size: block.length,
      read: async function* (range) {
        yield block.subarray(range.start, range.end);
      },
    });
  }

  async #serveCar(
    request: Request,
    response: Response,
    cid: CID,
    form: CarForm,
    query: URLSearchParams,
  ): Promise<void> {
    const readBlock = (block: CID) => this.#store.blocks.get(block);
    let range: ByteRange | undefined;
    if (form.scope === "block") range = { start: 0, end: 0 };
    if (form.entityBytes !== null) range = parseEntityBytes(form.entityBytes, await fileSize(cid, readBlock));
    const dups = form.dups ? "y" : "n";
    disposition(response, "attachment", query.get("filename") ?? `${cid.toString()}.car`);
    response.setHeader("etag", `W/"${cid.toString()}.car.${form.scope}.${form.entityBytes ?? "-"}.${dups}"`);
    response.setHeader("accept-ranges", "none");
    response.setHeader("content-type", `application/vnd.ipld.car; version=1; order=dfs; dups=${dups}`);
    if (notModified(request, response)) return;
    if (request.method === "HEAD") {
      response.status(200).end();
      return;
    }
    const sent = form.dups ? null : new Set<string>();
    await stream(response, async function* () {
      yield await carHeader(cid);
      for await (const { cid: at, block } of walkFile(cid, readBlock, range)) {
        if (sent?.has(at.toString())) continue;
        sent?.add(at.toString());
        yield* carSection(at, block);
      }
    });
  }

  async #sniff(cid: CID, size: number): Promise<Sniffed> {
    const key = cid.toString();
    const known = this.#sniffed.get(key);
    if (known) return known;
    const parts: Uint8Array[] = [];
    for await (const part of this.#store.cat(key, { offset: 0, length: SNIFF_BYTES })) parts.push(part);
    const found = sniff(Buffer.concat(parts), size);
    if (this.#sniffed.size >= 10_000) this.#sniffed.clear();
    this.#sniffed.set(key, found);
    return found;
  }
}

type Sendable = { type: string; etag: string; size: number; read: (range: ByteRange) => AsyncIterable<Uint8Array> };

/** Sends bytes with validators and ranges. A range of a HEAD is ignored, as the standard says. */
async function send(request: Request, response: Response, body: Sendable): Promise<void> {
  response.setHeader("etag", body.etag);
  response.setHeader("accept-ranges", "bytes");
  response.setHeader("content-type", body.type);
  if (notModified(request, response)) return;
  const ifRange = request.headers["if-range"];
  const wanted = request.method === "GET" && (ifRange === undefined || ifRange === body.etag);
  const range = parseRange(wanted ? request.headers.range : undefined, body.size);
  const { start, end } = range ?? { start: 0, end: body.size };
  if (range) response.setHeader("content-range", `bytes ${start}-${end - 1}/${body.size}`);
  response.setHeader("content-length", String(end - start));
  response.status(range ? 206 : 200);
  if (request.method === "HEAD" || start === end) {
    response.end();
    return;
  }
  await stream(response, () => body.read({ start, end }));
}

/** Sends a stream as fast as the client takes it. An error before the first bytes can still become an answer. */
async function stream(response: Response, read: () => AsyncIterable<Uint8Array>): Promise<void> {
  const iterator = read()[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* rest() {
    if (first.done) return;
    yield first.value;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  try {
    await pipeline(Readable.from(rest(), { objectMode: false }), response);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error; // that one: the client left
  }
}

/** Answers 304 when the client has it already. */
function notModified(request: Request, response: Response): boolean {
  const etag = String(response.getHeader("etag")).replace(/^W\//, "");
  const header = request.headers["if-none-match"];
  if (header === undefined) return false;
  const known = header.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  if (!known.includes("*") && !known.includes(etag)) return false;
  response.status(304).end();
  return true;
}

/** A file name without anything that could break the header or a file system. */
function disposition(response: Response, kind: "inline" | "attachment", name: string): void {
  const clean = name.replaceAll(/[/\\\p{Cc}]/gu, "_").slice(0, 200);
  const ascii = clean.replaceAll(/[^\x20-\x7e]|["%]/g, "_");
  response.setHeader(
    "content-disposition",
    `${kind}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(clean.toWellFormed())}`,
  );
}

async function serveProbe(request: Request, response: Response, form: "file" | "raw" | "car"): Promise<void> {
  const type = {
    file: "text/plain",
    raw: "application/vnd.ipld.raw",
    car: "application/vnd.ipld.car; version=1; order=dfs; dups=n",
  };
  response.setHeader("content-type", type[form]);
  response.setHeader("etag", `"${PROBE}.${form}"`);
  response.setHeader("content-disposition", "attachment");
  const body = form === "car" && request.method === "GET" ? await carHeader(CID.parse(PROBE)) : new Uint8Array();
  response.status(200).end(body);
}
