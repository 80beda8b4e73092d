/** Bringing files and documents: stored and named, nothing is registered yet. */
import express, { type RequestHandler } from "express";
import { z } from "zod";
import { uploadSchema } from "../../../common/api/schemas.ts";
import { ColophonError } from "../../../common/errors.ts";
import type { Hash } from "../../../common/digest.ts";
import { LIMITS } from "../../../common/limits.ts";
import type { Fingerprint } from "../../../fingerprint/index.ts";
import type { StoreClient } from "../../../storage/client.ts";
import { parseDocument } from "../../documents/document-fetcher.ts";
import { DOCUMENT_SCHEMAS, type DocumentSchema } from "../../documents/document-store.ts";
import { canonicalBytes } from "../../../common/canonical-json.ts";
import type { Fingerprinter } from "../files/fingerprinter.ts";
import { lookalikesOf } from "../queries/lookalikes.ts";
import { type Route, route } from "../route.ts";

/** Where files go; adding needs the store's token. */
export type FileSink = Pick<StoreClient, "add" | "addDocument">;

/** Reads the body of an upload, up to the limit, whatever its content type says. */
export const uploadBody: RequestHandler = express.raw({ type: () => true, limit: LIMITS.uploadBytes });
/** Reads a document's body. */
export const documentBody: RequestHandler = express.json({ limit: LIMITS.documentBytes, type: () => true });

export function uploadRoutes(store: FileSink, fingerprinter: Fingerprinter): readonly Route[] {
  return [
    route({
      method: "post",
      path: "/v1/uploads",
      summary: "Stores a file and says what it is and what it looks like (raw body)",
      form: "answer",
      data: uploadSchema,
      session: true,
      query: z.object({
        title: z.string().min(1).max(LIMITS.titleChars).optional(),
        description: z.string().max(LIMITS.descriptionChars).optional(),
      }),
      refusals: [
        "EMPTY_FILE",
        "FILE_TOO_LARGE",
        "UNSUPPORTED_MEDIA",
        "BROKEN_MEDIA",
        "IMAGE_TOO_LARGE",
        "DECOMPRESSION_BOMB",
        "AUDIO_TOO_LONG",
        "MEDIA_TIMEOUT",
        "TEXT_TOO_LONG",
      ],
      async handle({ indexer }, { query, request }) {
        const bytes = Buffer.isBuffer(request.body) ? new Uint8Array(request.body) : new Uint8Array();
        if (bytes.length === 0) throw new ColophonError("EMPTY_FILE", "The file is empty.");
        const { fingerprint: print, features } = await fingerprinter.fingerprint(bytes, query);
        const { cid, sha256 } = await store.add(bytes);
        await indexer.media.put({ cid, sha256, mediaType: print.mediaType }, bytes);
        return {
          file: { cid, sha256, mediaType: print.mediaType, bytes: bytes.length },
          kind: print.kind,
          iscc: print.iscc,
          searchable: print.searchable,
          registeredAs: indexer.facts.workByHash(sha256)?.id ?? null,
          lookalikes: await lookalikesOf(indexer, {
            iscc: fingerprintOf(print),
            sha256,
            searchable: print.searchable,
            alternates: print.alternates,
            features,
          }),
        };
      },
    }),
    route({
      method: "post",
      path: "/v1/documents",
      summary: "Stores a metadata, job, receipt or capability document as canonical JSON",
      form: "answer",
      data: z.object({ cid: z.string(), digest: z.string() }),
      session: true,
      body: z.looseObject({ schema: z.enum(Object.keys(DOCUMENT_SCHEMAS) as [DocumentSchema, ...DocumentSchema[]]) }),
      refusals: ["BAD_DOCUMENT", "DOCUMENT_TOO_LARGE"],
      async handle({ indexer }, { body }) {
        const { schema } = body;
        const document = parseDocument(schema, bytesOf(body));
        if (canonicalBytes(document).length > LIMITS.documentBytes) {
          throw new ColophonError("DOCUMENT_TOO_LARGE", `A document has at most ${LIMITS.documentBytes} bytes.`, {
            status: 413,
          });
        }
        const { cid, digest } = await store.addDocument(document);
        await indexer.documents.put({ digest, schema, body: document });
        return { cid, digest };
      },
    }),
  ];
}

/** Canonical bytes of what a client sent. @throws ColophonError `BAD_DOCUMENT` for JSON that is nested absurdly deep */
function bytesOf(body: unknown): Uint8Array {
  try {
    return canonicalBytes(body);
  } catch (cause) {
    throw new ColophonError("BAD_DOCUMENT", "The document cannot be spelled as canonical JSON.", { cause });
  }
}

function fingerprintOf(print: Fingerprint): { body: Hash; header: number } {
  return { body: print.iscc.body, header: print.iscc.header };
}
