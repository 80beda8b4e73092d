/** From bytes and words to the one call that registers a work: sign in, store, name, describe. */
import { canonicalBytes } from "../../common/canonical-json.ts";
import type { PublicConfig } from "../../common/config.ts";
import type { Iscc, Provenance, StoredFile, WorkMetadata } from "../../common/documents.ts";
import { ColophonError } from "../../common/errors.ts";
import { WORK_KINDS } from "../../common/work-kind.ts";
import type { Fingerprint } from "../../fingerprint/index.ts";
import { signIn } from "../chain/sign-in.ts";
import { callApi, postJson } from "../data/api-client.ts";
import type { Messages } from "../messages/en-rooms.ts";
import { fingerprintFile } from "../verify/fingerprint-file.ts";
import { browserSha256 } from "../work/fetch-verified.ts";
import type { WorkDraft } from "./work-draft.ts";
import { ZERO_DIGEST } from "./zero-digest.ts";

/** Arguments of `WorkRegistry` for a new work. */
export type NewWork = {
  contentHash: `0x${string}`;
  fingerprint: `0x${string}`;
  metadataDigest: `0x${string}`;
  provenanceHash: `0x${string}`;
  fingerprintHeader: number;
  kind: number;
};

export type PublishStep = "signing-in" | "fingerprinting" | "uploading";

/** What an answer says, wrapped in `data` or not. */
function unwrap(answer: unknown): unknown {
  return (answer as { data?: unknown }).data ?? answer;
}

/**
 * Stores a document and checks that the server named it by the same bytes as we do.
 * @throws ColophonError `HASH_MISMATCH`, or the server's refusal
 */
export async function storeDocument(document: unknown): Promise<{ cid: string; digest: `0x${string}` }> {
  const stored = unwrap(await postJson("/v1/documents", document)) as { cid: string; digest: `0x${string}` };
  const digest = await browserSha256(canonicalBytes(document) as Uint8Array<ArrayBuffer>);
  if (stored.digest !== digest) {
    throw new ColophonError("HASH_MISMATCH", "The server named the document by other bytes.", { data: { ...stored } });
  }
  return stored;
}

/**
 * Stores file and metadata and returns what the register needs to know.
 * @param stored the file where the store has it already (a job's output)
 * @returns null when the person connected no wallet
 */
export async function prepareWork(
  input: {
    bytes: Uint8Array<ArrayBuffer>;
    draft: WorkDraft;
    stored?: StoredFile | undefined;
    provenance?: Provenance | undefined;
  },
  config: PublicConfig,
  m: Messages,
  onStep: (step: PublishStep) => void,
): Promise<NewWork | null> {
  const { bytes, draft, provenance } = input;
  onStep("signing-in");
  if (!(await signIn(config, m))) return null;
  onStep("fingerprinting");
  const fingerprint: Fingerprint = await fingerprintFile(bytes, { title: draft.title, description: draft.description });
  onStep("uploading");
  const file = input.stored ?? (await upload(bytes, draft.title));
  if (file.sha256 !== fingerprint.sha256) {
    throw new ColophonError("HASH_MISMATCH", "The stored file is not the chosen one.");
  }
  const iscc: Iscc = fingerprint.iscc;
  const metadata: WorkMetadata = {
    schema: "colophon/work/1",
    title: draft.title,
    description: draft.description,
    lang: draft.lang,
    kind: fingerprint.kind,
    tags: draft.tags,
    file,
    iscc,
    ...(provenance ? { provenance } : {}),
    aiGenerated: draft.aiGenerated,
  };
  const { digest } = await storeDocument(metadata);
  return {
    contentHash: fingerprint.sha256,
    fingerprint: iscc.body as `0x${string}`,
    metadataDigest: digest,
    provenanceHash: provenance
      ? await browserSha256(canonicalBytes(provenance) as Uint8Array<ArrayBuffer>)
      : ZERO_DIGEST,
    fingerprintHeader: iscc.header,
    kind: WORK_KINDS[fingerprint.kind],
  };
}

async function upload(bytes: Uint8Array<ArrayBuffer>, title: string): Promise<StoredFile> {
  const answer = await callApi(`/v1/uploads?title=${encodeURIComponent(title)}`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: bytes,
  });
  const { cid, sha256, mediaType, bytes: size } = (unwrap(answer) as { file: StoredFile }).file;
  return { cid, sha256, mediaType, bytes: size };
}
