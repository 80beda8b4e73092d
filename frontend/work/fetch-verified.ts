import { ColophonError } from "../../common/errors.ts";

/** Largest file that the browser fetches to check, bytes (the register's own limit). */
const MAX_BYTES = 32 * 1024 * 1024;

/** SHA-256 of bytes by the browser's own implementation, as 0x and 64 hex digits. */
export async function browserSha256(bytes: BufferSource): Promise<`0x${string}`> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `0x${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Fetches a file and hashes what arrived.
 * @throws ColophonError `NETWORK`, `FILE_TOO_LARGE`, or `HASH_MISMATCH` when the bytes are not the expected ones
 */
export async function fetchVerified(
  url: string,
  expected: string,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; sha256: string; mediaType: string }> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: "omit" });
  } catch (cause) {
    throw new ColophonError("NETWORK", "The gateway cannot be reached.", { cause });
  }
  if (!response.ok)
    throw new ColophonError("NETWORK", `The gateway answered ${response.status}.`, { status: response.status });
  if (Number(response.headers.get("content-length") ?? 0) > MAX_BYTES) {
    throw new ColophonError("FILE_TOO_LARGE", "The file is too large to check here.");
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  const sha256 = await browserSha256(bytes);
  if (sha256 !== expected) {
    throw new ColophonError("HASH_MISMATCH", "The bytes received do not match their hash.", {
      data: { sha256, expected },
    });
  }
  return { bytes, sha256, mediaType: response.headers.get("content-type") ?? "application/octet-stream" };
}
