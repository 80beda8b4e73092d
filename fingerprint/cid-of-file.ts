/** CID of a file under the storage profile `unixfs-v1-2025` (IPIP-499). Node only: the importer is large. */
import { importByteStream } from "ipfs-unixfs-importer";
import type { CID } from "multiformats/cid";
import { cidOfDigest, sha256Hex } from "../common/digest.ts";

/** Bytes per leaf: a file of at most one is a raw block, named by its SHA-256. */
const LEAF_BYTES = 1024 * 1024;

/**
 * CIDv1 of a file's bytes: SHA-256, raw leaves of 1 MiB, a balanced tree of at most 1024 links per node above them.
 * Nothing is stored.
 */
export async function cidOfFile(bytes: Uint8Array): Promise<string> {
  if (bytes.length <= LEAF_BYTES) return cidOfDigest(sha256Hex(bytes));
  const nowhere = { put: (cid: CID): CID => cid };
  const { cid } = await importByteStream(leaves(bytes), nowhere, {
    profile: "unixfs-v1-2025",
    reduceSingleLeafToSelf: true,
  });
  return cid.toString();
}

async function* leaves(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += LEAF_BYTES) yield bytes.subarray(at, at + LEAF_BYTES);
}
