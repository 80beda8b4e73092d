/** Client of a store over HTTP, in browsers and Node: believes nothing that its CID does not prove. */
import { bytesToHex } from "@noble/hashes/utils.js";
import { CID } from "multiformats/cid";
import type { ZodType } from "zod";
import { canonicalBytes } from "../common/canonical-json.ts";
import { cidOfDigest, type Hash, sha256Hex } from "../common/digest.ts";
import { ColophonError } from "../common/errors.ts";
import { LIMITS } from "../common/limits.ts";
import { concat } from "./fetch-block.ts";
import type { Retriever } from "./retriever.ts";

const RAW = 0x55;
const SHA2_256 = 0x12;
/** One leaf of the profile, and the largest block that is taken from anybody, bytes. */
const CHUNK_BYTES = 1024 * 1024;
const BLOCK_BYTES = 2 * 1024 * 1024;

export type StoreClientOptions = {
  /** Base URL of a store or of any trustless gateway. */
  url: string;
  /** Needed to add. */
  token?: string;
  /** Longest wait for one answer, milliseconds (default 30,000). */
  timeoutMs?: number;
  /** Base URLs of trustless gateways that are asked for what the store cannot give. */
  gateways?: readonly string[];
  fetch?: typeof fetch;
};

export class StoreClient {
  readonly url: string;
  readonly #options: StoreClientOptions;
  #retriever: Promise<Retriever> | null = null;

  constructor(options: StoreClientOptions) {
    this.url = options.url.replace(/\/+$/, "");
    this.#options = options;
  }

  /** URL under which a browser shows a file. */
  urlOf(cid: string): string {
    return `${this.url}/ipfs/${cid}`;
  }

  /**
   * Stores a file.
   * @throws ColophonError FILE_TOO_LARGE, UNAUTHORIZED, STORE_UNREACHABLE, STORE_LIED (it names other bytes than were sent)
   */
  async add(bytes: Uint8Array): Promise<{ cid: string; sha256: Hash; bytes: number }> {
    if (bytes.length > LIMITS.uploadBytes) {
      throw new ColophonError("FILE_TOO_LARGE", `A file has at most ${LIMITS.uploadBytes} bytes.`, { status: 413 });
    }
    const added = (await this.#post("/v1/files", bytes, "application/octet-stream")) as { cid: string };
    const sha256 = sha256Hex(bytes);
    // Above one leaf the CID is that of a tree, which only a second import could check.
    if (bytes.length <= CHUNK_BYTES && added.cid !== cidOfDigest(sha256)) throw lied(added.cid);
    return { cid: CID.parse(added.cid).toString(), sha256, bytes: bytes.length };
  }

  /** Stores the canonical JSON of a value. @throws as `add` */
  async addDocument(value: unknown): Promise<{ cid: string; digest: Hash }> {
    const bytes = canonicalBytes(value);
    const digest = sha256Hex(bytes);
    const added = (await this.#post("/v1/documents", bytes, "application/json")) as { cid: string };
    if (added.cid !== cidOfDigest(digest)) throw lied(added.cid);
    return { cid: added.cid, digest };
  }

  /**
   * A whole file; every block is checked against its CID.
   * @throws ColophonError BAD_CID, CONTENT_NOT_FOUND, CONTENT_TOO_LARGE, BLOCK_MISMATCH, STORE_UNREACHABLE, STORE_TIMEOUT
   */
  async get(cid: string, options: { maxBytes: number }): Promise<Uint8Array> {
    const root = parse(cid);
    const { gateways = [] } = this.#options;
    if (root.code === RAW && gateways.length === 0) return this.#block(root, options.maxBytes);
    // Larger works are rare, and the reader of trees is large: a page loads it when the first one comes.
    this.#retriever ??= import("./retriever.ts").then(({ Retriever }) => {
      // A store that is alone is never banned: there is nobody else to ask.
      const banMs = gateways.length === 0 ? 0 : undefined;
      return new Retriever({ ...this.#options, gateways: [this.url, ...gateways], banMs });
    });
    return (await this.#retriever).readAll(root.toString(), options);
  }

  /** A document that fits `schema`. @throws as `get`, and ColophonError BAD_DOCUMENT */
  async getDocument<T>(cid: string, schema: ZodType<T>): Promise<T> {
    const bytes = await this.get(cid, { maxBytes: LIMITS.documentBytes });
    try {
      return schema.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
    } catch (cause) {
      throw new ColophonError("BAD_DOCUMENT", "The document does not have the form that was expected.", {
        data: { cid },
        cause,
      });
    }
  }

  /** True when the store has the content. */
  async has(cid: string): Promise<boolean> {
    const response = await this.#fetch(`/ipfs/${parse(cid).toString()}?format=raw`, { method: "HEAD" });
    await response.body?.cancel();
    if (response.status === 404) return false;
    if (!response.ok) throw unreachable(`it answered ${response.status}`);
    return true;
  }

  /** One block of the store's own, with its refusals as it words them. */
  async #block(cid: CID, maxBytes: number): Promise<Uint8Array> {
    const text = cid.toString();
    const response = await this.#fetch(`/ipfs/${text}?format=raw`, {
      headers: { accept: "application/vnd.ipld.raw" },
    });
    if (!response.ok) throw await this.#refusal(response);
    const block = await readLimited(response, Math.min(maxBytes, BLOCK_BYTES));
    if (sha256Hex(block) !== `0x${bytesToHex(cid.multihash.digest)}`) {
      throw new ColophonError("BLOCK_MISMATCH", "The store sent bytes that do not match their CID.", {
        status: 502,
        data: { cid: text },
      });
    }
    return block;
  }

  async #post(path: string, body: Uint8Array, type: string): Promise<unknown> {
    const headers: Record<string, string> = { "content-type": type };
    if (this.#options.token) headers.authorization = `Bearer ${this.#options.token}`;
    const response = await this.#fetch(path, { method: "POST", headers, body: body as Uint8Array<ArrayBuffer> });
    if (!response.ok) throw await this.#refusal(response);
    return response.json();
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const timeoutMs = this.#options.timeoutMs ?? 30_000;
    const request = this.#options.fetch ?? fetch;
    try {
      return await request(`${this.url}${path}`, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    } catch (error) {
      throw connectionError(error, timeoutMs);
    }
  }

  /** The store's own refusal, with its code. */
  async #refusal(response: Response): Promise<ColophonError> {
    const { status } = response;
    const type = response.headers.get("content-type") ?? "";
    if (!type.includes("json")) {
      await response.body?.cancel();
      return status === 404
        ? new ColophonError("CONTENT_NOT_FOUND", "The store does not have that content.", { status })
        : unreachable(`it answered ${status}`);
    }
    const body: unknown = JSON.parse(new TextDecoder().decode(await readLimited(response, 64 * 1024)));
    const { code, detail } = body as { code?: unknown; detail?: unknown };
    if (typeof code !== "string" || typeof detail !== "string") return unreachable(`it answered ${status}`);
    return new ColophonError(code, detail, { status });
  }
}

function parse(cid: string): CID {
  let parsed: CID;
  try {
    parsed = CID.parse(cid).toV1();
  } catch (cause) {
    throw new ColophonError("BAD_CID", `"${cid.slice(0, 80)}" is not a CID.`, { cause });
  }
  if (parsed.multihash.code !== SHA2_256) throw new ColophonError("BAD_CID", "Only CIDs under SHA-256 can be checked.");
  return parsed;
}

/** Body of an answer, counted as it comes: no header is trusted. */
async function readLimited(response: Response, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  try {
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      length += next.value.length;
      if (length > maxBytes) {
        await reader?.cancel();
        throw tooLarge(maxBytes);
      }
      parts.push(next.value);
    }
  } catch (error) {
    if (error instanceof ColophonError) throw error;
    throw connectionError(error, null);
  }
  return concat(parts, length);
}

function connectionError(error: unknown, timeoutMs: number | null): ColophonError {
  if (error instanceof Error && error.name === "TimeoutError") {
    const time = timeoutMs === null ? "in time" : `within ${timeoutMs} ms`;
    return new ColophonError("STORE_TIMEOUT", `The store did not answer ${time}.`, { status: 504, cause: error });
  }
  return unreachable("the connection failed", error);
}

function unreachable(why: string, cause?: unknown): ColophonError {
  return new ColophonError("STORE_UNREACHABLE", `The store cannot be reached: ${why}.`, { status: 503, cause });
}

function tooLarge(maxBytes: number): ColophonError {
  return new ColophonError("CONTENT_TOO_LARGE", `The content has more than ${maxBytes} bytes.`, {
    status: 413,
    data: { maxBytes },
  });
}

function lied(cid: string): ColophonError {
  return new ColophonError("STORE_LIED", "The store names other bytes than were sent.", { status: 502, data: { cid } });
}
