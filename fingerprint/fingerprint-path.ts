/** Fingerprints a file on disk, of any size, without holding it. Node only. */
import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { importByteStream } from "ipfs-unixfs-importer";
import type { CID } from "multiformats/cid";
import { cidOfDigest, type Hash } from "../common/digest.ts";
import { ColophonError } from "../common/errors.ts";
import { LIMITS } from "../common/limits.ts";
import { detectMediaType } from "./detect-media-type.ts";
import { composeFingerprint, type FileHashes, type Fingerprint, type FingerprintOptions } from "./fingerprint.ts";
import { DataHasher } from "./iscc/data-unit.ts";
import { Blake3 } from "./kernels/blake3.ts";
import { readContent } from "./read-content.ts";

/** Bytes per leaf of the file's tree, and read at a time. */
const LEAF_BYTES = 1024 * 1024;
/** Bytes from which the kind of a large file is told. */
const HEAD_BYTES = 65_536;

const TOO_LARGE = `The file is larger than ${LIMITS.uploadBytes / 1024 / 1024} MiB: its content is not looked at, so only the same file can be found.`;

/**
 * `fingerprint` of a file and its CID under the storage profile `unixfs-v1-2025` (IPIP-499): SHA-256, raw leaves of
 * 1 MiB, at most 1024 links per node. Every byte is read once, a leaf at a time; of files up to 32 MiB the content too.
 * @throws ColophonError FILE_NOT_FOUND, and as `fingerprint`
 */
export async function fingerprintPath(
  path: string,
  options: FingerprintOptions = {},
): Promise<Fingerprint & { cid: string }> {
  const { cid, head, ...hashes } = await hashPath(path);
  if (hashes.bytes === 0) throw new ColophonError("EMPTY_FILE", "The file is empty.");
  if (hashes.bytes > LIMITS.uploadBytes) {
    const content = { content256: null, reason: TOO_LARGE, alternates: [], image: null, melody: null };
    return { ...composeFingerprint(detectMediaType(head), hashes, content, options), cid };
  }
  const bytes = new Uint8Array(await readFile(path));
  const mediaType = detectMediaType(bytes);
  return { ...composeFingerprint(mediaType, hashes, await readContent(bytes, mediaType), options), cid };
}

/** All hashes of a file in one pass, in constant memory. @throws ColophonError FILE_NOT_FOUND */
export async function hashPath(path: string): Promise<FileHashes & { cid: string; head: Uint8Array }> {
  const file = await open(path).catch((cause: unknown) => {
    throw new ColophonError("FILE_NOT_FOUND", `There is no file "${path}".`, { cause });
  });
  try {
    if (!(await file.stat()).isFile()) throw new ColophonError("FILE_NOT_FOUND", `"${path}" is not a file.`);
    const sha256 = createHash("sha256");
    const blake3 = new Blake3();
    const data = new DataHasher();
    let bytes = 0;
    let head = new Uint8Array();
    async function* leaves(): AsyncGenerator<Uint8Array> {
      for (;;) {
        const leaf = await readLeaf(file, bytes);
        if (leaf.length === 0) return;
        if (bytes === 0) head = leaf.slice(0, HEAD_BYTES);
        bytes += leaf.length;
        sha256.update(leaf);
        blake3.update(leaf);
        data.update(leaf);
        yield leaf;
      }
    }
    const nowhere = { put: (cid: CID): CID => cid };
    const tree = await importByteStream(leaves(), nowhere, { profile: "unixfs-v1-2025", reduceSingleLeafToSelf: true });
    const digest: Hash = `0x${sha256.digest("hex")}`;
    const cid = bytes <= LEAF_BYTES ? cidOfDigest(digest) : tree.cid.toString();
    return { bytes, sha256: digest, blake3: blake3.digest(), data: data.digest(), cid, head };
  } finally {
    await file.close();
  }
}

/** A whole leaf, or what is left of the file. */
async function readLeaf(file: Awaited<ReturnType<typeof open>>, position: number): Promise<Uint8Array> {
  const leaf = new Uint8Array(LEAF_BYTES);
  let filled = 0;
  while (filled < LEAF_BYTES) {
    const { bytesRead } = await file.read(leaf, filled, LEAF_BYTES - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return leaf.subarray(0, filled);
}
