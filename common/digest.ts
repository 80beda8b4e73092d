/** SHA-256 digests as the chain carries them (0x + 64 hex digits) and the CIDs they stand for. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { CID } from "multiformats/cid";
import * as Digest from "multiformats/hashes/digest";
import { ColophonError } from "./errors.ts";

/** 32 bytes as the chain spells them. */
export type Hash = `0x${string}`;

const SHA2_256 = 0x12;
const RAW = 0x55;

/** SHA-256 of bytes. */
export function sha256Hex(bytes: Uint8Array): Hash {
  return `0x${bytesToHex(sha256(bytes))}`;
}

/** CIDv1 (raw, sha2-256) of a block with this digest: documents on chain are named by digest alone. */
export function cidOfDigest(digest: Hash): string {
  const bytes = hexToBytes(digest.slice(2));
  if (bytes.length !== 32) throw new ColophonError("BAD_DIGEST", "A SHA-256 digest has 32 bytes.");
  return CID.createV1(RAW, Digest.create(SHA2_256, bytes)).toString();
}

/** Digest of a raw-block CIDv1; any other CID is refused with `BAD_CID`. */
export function digestOfCid(cid: string): Hash {
  let parsed: CID;
  try {
    parsed = CID.parse(cid);
  } catch (cause) {
    throw new ColophonError("BAD_CID", `"${cid.slice(0, 80)}" is not a CID.`, { cause });
  }
  if (parsed.version !== 1 || parsed.code !== RAW || parsed.multihash.code !== SHA2_256) {
    throw new ColophonError("BAD_CID", "Only a CIDv1 of a raw block under SHA-256 stands for a digest.");
  }
  return `0x${bytesToHex(parsed.multihash.digest)}`;
}
