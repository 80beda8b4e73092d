import { z } from "zod";
import { canonicalBytes } from "../../../common/canonical-json.ts";
import { type Hash, sha256Hex } from "../../../common/digest.ts";
import type { DevRole } from "../../../common/dev-wallets.ts";
import { ColophonError } from "../../../common/errors.ts";
import type { Journey } from "../journey.ts";

const storedSchema = z.object({ cid: z.string(), digest: z.string() });

/** Stores a document and checks that it is named by the digest of its canonical JSON. */
export async function storeDocument(
  { api }: Journey,
  as: DevRole,
  document: object,
): Promise<{ cid: string; digest: Hash }> {
  const { cid, digest } = await api.ask("/v1/documents", storedSchema, { method: "POST", body: document, as });
  const expected = sha256Hex(canonicalBytes(document));
  if (digest !== expected) {
    throw new ColophonError("DOCUMENT_CHANGED", "The stored document is not the one that was sent.", { status: 502 });
  }
  return { cid, digest: expected };
}
