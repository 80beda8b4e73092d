/** ISCC instance unit (ISO 24138): the front of the file's BLAKE3 hash. */
import { Blake3, blake3 } from "../kernels/blake3.ts";
import { encodeUnit, MAIN_TYPE } from "./codec.ts";

/** Instance unit of a stream: `update` as often as there are bytes, then `digest`: BLAKE3, 32 bytes, constant memory. */
export class InstanceHasher extends Blake3 {}

/** Instance unit of a file. @param bits 32 to 256, a multiple of 32 */
export function instanceUnit(bytes: Uint8Array, bits = 64): string {
  return instanceUnitOfDigest(blake3(bytes), bits);
}

/** Instance unit of a file whose BLAKE3 digest (32 bytes) is known. */
export function instanceUnitOfDigest(digest: Uint8Array, bits = 64): string {
  return encodeUnit(MAIN_TYPE.instance, 0, bits, digest);
}
