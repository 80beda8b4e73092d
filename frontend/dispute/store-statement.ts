import { cidOfDigest } from "../../common/digest.ts";
import type { Statement } from "../../common/documents.ts";
import type { PublicConfig } from "../../common/config.ts";
import { signIn } from "../chain/sign-in.ts";
import { storeDocument } from "../create/publish-work.ts";
import type { Messages } from "../messages/en-rooms.ts";

export type StoredStatement = { digest: `0x${string}`; uri: string };

/**
 * Stores a statement under the hash of its bytes.
 * @returns the digest, and the address that `submitEvidence` takes; null when the person connected no wallet
 * @throws ColophonError `REFUSED`, `HASH_MISMATCH`, or the server's refusal
 */
export async function storeStatement(text: string, config: PublicConfig, m: Messages): Promise<StoredStatement | null> {
  if (!(await signIn(config, m))) return null;
  const statement: Statement = { schema: "colophon/statement/1", text: text.trim(), lang: m.locale };
  const { digest } = await storeDocument(statement);
  return { digest, uri: `ipfs://${cidOfDigest(digest)}` };
}
