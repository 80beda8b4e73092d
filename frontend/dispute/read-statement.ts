import { digestOfCid } from "../../common/digest.ts";
import { ColophonError, hasCode } from "../../common/errors.ts";
import { fileUrl } from "../data/file-url.ts";
import { fetchVerified } from "../work/fetch-verified.ts";

/** CID of a statement that the network's own store can hold, or null for any other address. */
export function statementCid(uri: string): string | null {
  const cid = /^ipfs:\/\/([a-z0-9]{10,120})$/.exec(uri)?.[1];
  if (!cid) return null;
  try {
    digestOfCid(cid);
    return cid;
  } catch (error) {
    if (hasCode(error, "BAD_CID")) return null;
    throw error;
  }
}

/**
 * Fetches a statement from the gateway and checks its bytes against the name that the chain has.
 * @throws ColophonError `NETWORK`, `HASH_MISMATCH`, `BAD_STATEMENT`
 */
export async function readStatement(gatewayUrl: string, cid: string): Promise<{ text: string; lang: string }> {
  const { bytes } = await fetchVerified(fileUrl(gatewayUrl, cid), digestOfCid(cid));
  try {
    const { schema, text, lang } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as Record<
      string,
      unknown
    >;
    if (schema === "colophon/statement/1" && typeof text === "string") {
      return { text, lang: typeof lang === "string" ? lang : "en" };
    }
  } catch (cause) {
    throw new ColophonError("BAD_STATEMENT", "The document is no statement.", { cause });
  }
  throw new ColophonError("BAD_STATEMENT", "The document is no statement.");
}
