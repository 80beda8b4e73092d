/** Sending bytes over HTTP with validators, ranges and names. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Request, Response } from "express";
import { parseRange } from "./byte-range.ts";
import type { ByteRange } from "./walk-file.ts";

export type Sendable = {
  type: string;
  etag: string;
  size: number;
  read: (range: ByteRange) => AsyncIterable<Uint8Array>;
};

/** Sends bytes with validators and ranges. A range of a HEAD is ignored, as the standard says. @throws ColophonError RANGE_NOT_SATISFIABLE */
export async function sendBody(request: Request, response: Response, body: Sendable): Promise<void> {
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
  await sendStream(response, () => body.read({ start, end }));
}

/** Sends a stream as fast as the client takes it. An error before the first bytes can still become an answer. */
export async function sendStream(response: Response, read: () => AsyncIterable<Uint8Array>): Promise<void> {
  const iterator = read()[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* rest() {
    try {
      if (first.done) return;
      yield first.value;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  try {
    await pipeline(Readable.from(rest(), { objectMode: false }), response);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error; // that one: the client left
  }
}

/** Answers 304 when the client has it already, under the answer's `etag` or one of `others`. */
export function notModified(request: Request, response: Response, others: readonly string[] = []): boolean {
  const header = request.headers["if-none-match"];
  if (header === undefined) return false;
  const strong = (tag: string) => tag.trim().replace(/^W\//, "");
  const known = header.split(",").map(strong);
  const own = [String(response.getHeader("etag")), ...others].map(strong);
  if (!known.includes("*") && !own.some((tag) => known.includes(tag))) return false;
  response.status(304).end();
  return true;
}

/** A file name without anything that could break the header or a file system. */
export function setDisposition(response: Response, kind: "inline" | "attachment", name: string): void {
  const clean = name.replaceAll(/[/\\\p{Cc}]/gu, "_").slice(0, 200);
  const ascii = clean.replaceAll(/[^\x20-\x7e]|["%]/g, "_");
  response.setHeader(
    "content-disposition",
    `${kind}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(clean.toWellFormed())}`,
  );
}
