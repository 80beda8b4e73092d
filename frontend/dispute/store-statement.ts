import { cidOfDigest } from "../../common/digest.ts";
import type { Statement } from "../../common/documents.ts";
import type { PublicConfig } from "../../common/config.ts";
import { signIn } from "../chain/sign-in.ts";
import { storeDocument } from "../create/publish-work.ts";
import type { Messages } from "../messages/en-rooms.ts";

/**
 * Stores a statement under the hash of its bytes.
 * @returns the address that `submitEvidence` takes, or null when the person connected no wallet
 * @throws ColophonError `REFUSED`, `HASH_MISMATCH`, or the server's refusal
 */
export async function storeStatement(text: string, config: PublicConfig, m: Messages): Promise<string | null> {
  if (!(await signIn(config, m))) return null;
  const statement: Statement = { schema: "colophon/statement/1", text: text.trim(), lang: m.locale };
  const { digest } = await storeDocument(statement);
  return `ipfs://${cidOfDigest(digest)}`;
}
