/** What services that hold the store's token may do: `POST /v1/files`, `/v1/documents` and `/v1/cars`, `DELETE /v1/pins/{cid}`. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Request, Response } from "express";
import { ColophonError } from "../common/errors.ts";
import { LIMITS } from "../common/limits.ts";
import { type ContentStore, tooLarge } from "./content-store.ts";
import type { Publisher } from "./publisher.ts";

/** A document may come with white space; this much is read of it at most, bytes. */
const DOCUMENT_BODY_BYTES = 4 * LIMITS.documentBytes;
/** A CAR is a little longer than its work. */
const CAR_BYTES = LIMITS.uploadBytes + 1024 * 1024;

/** Refuses a request without the token. @throws ColophonError UNAUTHORIZED */
export function checkToken(request: Request, token: string): void {
  const given = /^Bearer (.{1,1000})$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
  const digest = (text: string) => createHash("sha256").update(text).digest();
  // Digests have one length, so the comparison takes one time whatever was given.
  if (token === "" || !timingSafeEqual(digest(given), digest(token))) {
    throw new ColophonError("UNAUTHORIZED", "This needs the store's token.", { status: 401 });
  }
}

/** The store, and where its works must be before they are acknowledged. */
export type Intake = { store: ContentStore; publisher?: Publisher };

/** Stores the raw body as a file. @throws ColophonError FILE_TOO_LARGE, UNSUPPORTED_ENCODING, UNDER_REPLICATED */
export async function acceptFile({ store, publisher }: Intake, request: Request, response: Response): Promise<void> {
  checkBody(request, LIMITS.uploadBytes);
  const added = await store.add(bodyOf(request));
  await publisher?.replicate(added.cid);
  response.status(201).json(added);
}

/** Stores a work that comes as a CAR, as a copy for another store. @throws ColophonError BAD_CAR, BLOCK_MISMATCH, FILE_TOO_LARGE */
export async function acceptCar({ store }: Intake, request: Request, response: Response): Promise<void> {
  checkBody(request, CAR_BYTES);
  response.status(201).json(await store.importCar(bodyOf(request), { maxBytes: CAR_BYTES }));
}

/** Gives a work up, with its copies elsewhere where it was published. @throws ColophonError CONTENT_NOT_FOUND, PIN_TARGET_UNREACHABLE */
export async function acceptRelease({ store, publisher }: Intake, request: Request, response: Response): Promise<void> {
  const cid = String(request.params.cid);
  if (publisher?.publication(cid)) await publisher.forget(cid);
  else await store.release(cid);
  response.status(204).end();
}

/** Stores a JSON body in its canonical form. @throws ColophonError BAD_DOCUMENT, DOCUMENT_TOO_LARGE, UNDER_REPLICATED */
export async function acceptDocument(
  { store, publisher }: Intake,
  request: Request,
  response: Response,
): Promise<void> {
  checkBody(request, DOCUMENT_BODY_BYTES);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > DOCUMENT_BODY_BYTES) throw tooLarge(DOCUMENT_BODY_BYTES);
    chunks.push(chunk);
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)));
  } catch (cause) {
    throw new ColophonError("BAD_DOCUMENT", "The body is not JSON in UTF-8.", { cause });
  }
  const added = await store.addDocument(value);
  await publisher?.replicate(added.cid);
  response.status(201).json(added);
}

/** The body as it comes. A request that is refused on the way stays open, so that its sender can be told why. */
function bodyOf(request: Request): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) };
}

function checkBody(request: Request, maxBytes: number): void {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if ((request.headers["content-encoding"] ?? "identity") !== "identity") {
    throw new ColophonError("UNSUPPORTED_ENCODING", "Send the bytes as they are, without compression.", {
      status: 415,
    });
  }
}

/** Lets a refused client finish its sentence, within reason: one that is cut off may never read the refusal. */
export function drain(request: Request): void {
  let rest = 4 * LIMITS.uploadBytes;
  request.on("data", (chunk: Buffer) => {
    rest -= chunk.length;
    if (rest < 0) request.destroy();
  });
  request.resume();
}
