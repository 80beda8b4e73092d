import type { Answer, Lookalike } from "../../common/api/schemas.ts";
import { postJson } from "../data/api-client.ts";
import type { ComparableFile } from "./fingerprint-file.ts";

/**
 * Registered works that look like a file, surest first. Only codes and small thumbnails travel, never the file.
 * @throws ColophonError the server's refusal, or `NETWORK`
 */
export async function askLookalikes({ fingerprint, features }: ComparableFile): Promise<Lookalike[]> {
  const answer = (await postJson("/v1/lookalikes", {
    iscc: { body: fingerprint.iscc.body, header: fingerprint.iscc.header },
    sha256: fingerprint.sha256,
    searchable: fingerprint.searchable,
    alternates: fingerprint.alternates,
    ...(features ? { features: base64(features) } : {}),
  })) as Answer<Lookalike[]>;
  return answer.data;
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
