import { readFile, stat } from "node:fs/promises";
import { sha256Hex, type Hash } from "../../common/digest.ts";
import { ColophonError } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import { fingerprint } from "../../fingerprint/node.ts";
import { titleOf } from "./title.ts";

/** A file that may be registered. */
export type JourneyFile = { bytes: Uint8Array<ArrayBuffer>; title: string; sha256: Hash };

/**
 * Reads a file and refuses what cannot be registered before anything is sent: `FILE_NOT_FOUND`, `EMPTY_FILE`,
 * `FILE_TOO_LARGE` (from its size, unread), and what the fingerprint refuses (unsupported, broken, a bomb).
 */
export async function readJourneyFile(file: string): Promise<JourneyFile> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new ColophonError("FILE_NOT_FOUND", `There is no file "${file}".`, { cause });
  });
  if (!found.isFile()) throw new ColophonError("FILE_NOT_FOUND", `"${file}" is not a file.`);
  if (found.size === 0) throw new ColophonError("EMPTY_FILE", "The file is empty.");
  if (found.size > LIMITS.uploadBytes) {
    throw new ColophonError(
      "FILE_TOO_LARGE",
      `The file has ${found.size} bytes; at most ${LIMITS.uploadBytes} are accepted.`,
    );
  }
  const bytes = new Uint8Array(await readFile(file));
  await fingerprint(bytes);
  return { bytes, title: titleOf(file), sha256: sha256Hex(bytes) };
}
