/** `GET` and `HEAD /ipfs/{cid}[/{path}]`: a file, a folder, a block, or a CAR. */
import type { Request, Response } from "express";
import { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";
import { parseEntityBytes } from "./byte-range.ts";
import { IDENTITY, parseCid, RAW } from "./cid.ts";
import type { ContentStore } from "./content-store.ts";
import { FOLDER_PAGE_VERSION, folderPage } from "./folder-page.ts";
import { type CarForm, negotiate } from "./negotiate.ts";
import { carHeader, carSection } from "./pack.ts";
import { ReadAhead } from "./read-ahead.ts";
import { type Resolved, resolvePath } from "./resolve-path.ts";
import { notModified, sendBody, sendStream, setDisposition } from "./send-body.ts";
import { sniff, type Sniffed, SNIFF_BYTES } from "./sniff.ts";
import { walkDag } from "./walk-dag.ts";
import { type ByteRange, fileSize, type ReadBlock, walkFile } from "./walk-file.ts";
import { isFolder, listFolder, walkFolder } from "./walk-folder.ts";

const IMMUTABLE = "public, max-age=29030400, immutable";
/** The form of a folder's page may change. */
const FOLDER_CACHE = "public, max-age=604800, stale-while-revalidate=2678400";
const READ_AHEAD = 2;

/** What a request is about: the content path, where it leads, and that element's root block. */
type Asked = { path: string; slash: boolean; resolved: Resolved; root: Uint8Array; query: URLSearchParams };

export class ContentServer {
  readonly #store: ContentStore;
  readonly #sniffed = new Map<string, Sniffed>();

  constructor(store: ContentStore) {
    this.#store = store;
  }

  async serve(request: Request, response: Response): Promise<void> {
    const url = new URL(request.originalUrl, "http://localhost");
    const query = url.searchParams;
    // Nothing of other people's may run with the rights of a page of ours, whatever a browser makes of it.
    response.setHeader("x-content-type-options", "nosniff");
    response.setHeader(
      "content-security-policy",
      "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'; sandbox",
    );
    response.setHeader("vary", "accept");
    const form = negotiate(query, request.headers.accept);
    const [text = "", ...names] = decodePath(url.pathname);
    const cid = parseIdentity(text) ?? parseCid(text);
    const { resolved, root } = await this.#resolve(cid, names.filter(Boolean), request);
    const asked = { path: ["/ipfs", text, ...names].join("/"), slash: names.at(-1) === "", resolved, root, query };
    response.setHeader("cache-control", IMMUTABLE);
    response.setHeader("x-ipfs-path", encodeURI(asked.path.toWellFormed()));
    response.setHeader("x-ipfs-roots", resolved.roots.join(","));
    if (form.form !== "file" && !query.has("format")) {
      response.setHeader("content-location", `${url.pathname}?format=${form.form}`);
    }
    if (form.form === "raw") return this.#serveRaw(request, response, asked);
    if (form.form === "car") return this.#serveCar(request, response, asked, form);
    if (await isFolder(resolved.cid, root)) return this.#serveFolder(request, response, asked);
    if (asked.slash) throw new ColophonError("CONTENT_NOT_FOUND", "There is no folder at that path.", { status: 404 });
    return this.#serveFile(request, response, { cid: resolved.cid, root, etag: `"${resolved.cid.toString()}"`, query });
  }

  readonly #read = async (cid: CID): Promise<Uint8Array> =>
    cid.multihash.code === IDENTITY ? cid.multihash.digest : this.#store.blocks.get(cid);

  /** Reads blocks, but for one that was read before: most requests are for a single block, which is then read and hashed once. */
  #readBut(known: CID, block: Uint8Array): ReadBlock {
    return async (cid) => (cid.equals(known) ? block : this.#read(cid));
  }

  /** Follows the path; what is missing and what is damaged show before anything is answered. */
  async #resolve(cid: CID, names: readonly string[], request: Request): Promise<Pick<Asked, "resolved" | "root">> {
    let first: Uint8Array;
    try {
      first = await this.#read(cid);
    } catch (error) {
      const cachedOnly = /(?:^|,)\s*only-if-cached/i.test(request.headers["cache-control"] ?? "");
      if (cachedOnly && error instanceof ColophonError && error.code === "CONTENT_NOT_FOUND") {
        throw new ColophonError(error.code, error.message, { status: 412, data: error.data });
      }
      throw error;
    }
    const read = this.#readBut(cid, first);
    const resolved = await resolvePath(cid, names, read);
    return { resolved, root: await read(resolved.cid) };
  }

  async #serveFile(
    request: Request,
    response: Response,
    { cid, root, etag, query }: { cid: CID; root: Uint8Array; etag: string; query: URLSearchParams },
  ): Promise<void> {
    const read = this.#readBut(cid, root);
    const size = await fileSize(cid, read);
    const { type, inline } = await this.#sniff(cid, size, read);
    const download = query.get("download") === "true" || !inline;
    setDisposition(response, download ? "attachment" : "inline", query.get("filename") ?? nameOf(request, cid));
    const ahead = new ReadAhead((next) => read(next.cid), READ_AHEAD);
    await sendBody(request, response, {
      type,
      etag,
      size,
      read: async function* (range) {
        for await (const { data } of walkFile(cid, ahead.get, range, undefined, ahead.upcoming)) {
          if (data.length > 0) yield data;
        }
      },
    });
  }

  /** A folder: its `index.html` where it has one (a download like any other page), else a page that lists it. */
  async #serveFolder(request: Request, response: Response, { path, slash, resolved, query }: Asked): Promise<void> {
    const { cid } = resolved;
    if (!slash) {
      const { pathname, search } = new URL(request.originalUrl, "http://localhost");
      response.removeHeader("cache-control");
      response.redirect(301, `${pathname}/${search}`);
      return;
    }
    const items = await listFolder(cid, this.#read);
    const index = items.find(({ name }) => name === "index.html");
    if (index) {
      const root = await this.#read(index.cid);
      return this.#serveFile(request, response, { cid: index.cid, root, etag: `"${cid.toString()}"`, query });
    }
    const page = Buffer.from(folderPage(path.replace(/\/+$/, ""), items));
    response.setHeader("cache-control", FOLDER_CACHE);
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.setHeader("etag", `"DirIndex-${FOLDER_PAGE_VERSION}_CID-${cid.toString()}"`);
    if (notModified(request, response, [`"${cid.toString()}"`])) return;
    response.setHeader("content-length", String(page.length));
    response.status(200).end(request.method === "HEAD" ? undefined : page);
  }

  async #serveRaw(request: Request, response: Response, { resolved, root, query }: Asked): Promise<void> {
    const { cid } = resolved;
    setDisposition(response, "attachment", query.get("filename") ?? `${cid.toString()}.bin`);
    await sendBody(request, response, {
      type: "application/vnd.ipld.raw",
      etag: `"${cid.toString()}.raw"`,
      size: root.length,
      read: async function* (range) {
        yield root.subarray(range.start, range.end);
      },
    });
  }

  async #serveCar(request: Request, response: Response, asked: Asked, form: CarForm): Promise<void> {
    const { resolved, root, query } = asked;
    const { cid } = resolved;
    const read = this.#readBut(cid, root);
    const folder = await isFolder(cid, root);
    let range: ByteRange | undefined;
    // Of what is no row of bytes the range is ignored, but not its mistakes.
    if (form.entityBytes !== null) range = parseEntityBytes(form.entityBytes, folder ? 0 : await fileSize(cid, read));
    const dups = form.dups ? "y" : "n";
    setDisposition(response, "attachment", query.get("filename") ?? `${cid.toString()}.car`);
    const origin = resolved.blocks.length > 0 ? `${resolved.roots[0]?.toString()}.` : "";
    const variant = `${form.scope}.${form.entityBytes ?? "-"}.${dups}`;
    response.setHeader("etag", `W/"${origin}${cid.toString()}.car.${variant}"`);
    response.setHeader("accept-ranges", "none");
    response.setHeader("content-type", `application/vnd.ipld.car; version=1; order=dfs; dups=${dups}`);
    if (notModified(request, response)) return;
    if (request.method === "HEAD") {
      response.status(200).end();
      return;
    }
    const sent = form.dups ? null : new Set<string>();
    const blocks = this.#blocksOf(resolved, form, folder, range, read);
    await sendStream(response, async function* () {
      yield await carHeader(cid);
      for await (const { cid: at, block } of blocks) {
        if (at.multihash.code === IDENTITY || sent?.has(at.toString())) continue; // the CID is the block
        sent?.add(at.toString());
        yield* carSection(at, block);
      }
    });
  }

  /** Blocks of a CAR: what proves the path, then what the scope asks for. */
  async *#blocksOf(
    { cid, blocks }: Resolved,
    { scope, dups }: CarForm,
    folder: boolean,
    range: ByteRange | undefined,
    read: ReadBlock,
  ): AsyncGenerator<{ cid: CID; block: Uint8Array }> {
    yield* blocks;
    const ahead = new ReadAhead((next) => read(next.cid), READ_AHEAD);
    if (scope === "block") yield { cid, block: await read(cid) };
    else if (!folder) yield* walkFile(cid, ahead.get, range, undefined, ahead.upcoming);
    else if (scope === "entity") yield* walkFolder(cid, read);
    else yield* walkDag(cid, ahead.get, { dups, upcoming: ahead.upcoming });
  }

  async #sniff(cid: CID, size: number, read: ReadBlock): Promise<Sniffed> {
    const key = cid.toString();
    const known = this.#sniffed.get(key);
    if (known) return known;
    const parts: Uint8Array[] = [];
    for await (const { data } of walkFile(cid, read, { start: 0, end: SNIFF_BYTES })) parts.push(data);
    const found = sniff(Buffer.concat(parts), size);
    if (this.#sniffed.size >= 10_000) this.#sniffed.clear();
    this.#sniffed.set(key, found);
    return found;
  }
}

/** Names of a content path after `/ipfs/`, decoded. @throws ColophonError BAD_CID for what cannot be decoded */
function decodePath(pathname: string): string[] {
  const names = pathname.split("/").slice(2);
  try {
    return names.map((name) => decodeURIComponent(name));
  } catch (cause) {
    throw new ColophonError("BAD_CID", "The path is not well encoded.", { cause });
  }
}

/** A CID that carries a few bytes in itself, as probes do; null for any other text. */
function parseIdentity(text: string): CID | null {
  let cid: CID;
  try {
    cid = CID.parse(text);
  } catch {
    return null; // told by `parseCid`
  }
  return cid.code === RAW && cid.multihash.code === IDENTITY ? cid : null;
}

/** The name that a download gets: the last one of the path, or the CID. */
function nameOf(request: Request, cid: CID): string {
  const names = decodePath(new URL(request.originalUrl, "http://localhost").pathname).filter(Boolean);
  return names.length > 1 ? (names.at(-1) as string) : cid.toString();
}
