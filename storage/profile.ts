import type { ImporterOptions } from "ipfs-unixfs-importer";

/** Name of the rules by which a file becomes a CID (IPIP-499), as written in metadata. */
export const PROFILE = "unixfs-v1-2025";

/** Bytes per leaf; a file of at most one leaf is one raw block, so the digest in its CID is the SHA-256 of the file. */
export const CHUNK_BYTES = 1024 * 1024;

/** Largest block that is ever read from somewhere else: the bound of the IPFS network. */
export const BLOCK_BYTES = 2 * 1024 * 1024;

/** Names of the two profiles of IPIP-499; the older one is known for comparison with other tools only. */
export type Profile = "unixfs-v1-2025" | "unixfs-v0-2015";

/**
 * Importer options of a profile. This one: CIDv1, SHA-256, raw leaves of 1 MiB, balanced, at most 1,024 links per node, directories
 * sharded above 262,144 bytes of block. A new object each time, because the importer writes into it.
 */
export function importerOptions(profile: Profile = PROFILE): ImporterOptions {
  return { profile, reduceSingleLeafToSelf: true, blockWriteConcurrency: 4 };
}
