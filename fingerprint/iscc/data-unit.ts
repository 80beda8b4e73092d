/** ISCC data unit (ISO 24138): files that share most of their bytes get similar bits, wherever the bytes moved. */
import { nextCut } from "../algorithms/cdc.ts";
import { minhash256 } from "../algorithms/minhash.ts";
import { xxh32 } from "../algorithms/xxh32.ts";
import { encodeUnit, MAIN_TYPE } from "./codec.ts";

/** 256-bit hash of bytes: content-defined chunks, xxHash32 of each, MinHash of the hashes. An empty file is one chunk. */
export function dataHash(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const features = [];
  let start = 0;
  do {
    const end = nextCut(bytes, start, bytes.length);
    features.push(xxh32(bytes, start, end));
    start = end;
  } while (start < bytes.length);
  return minhash256(Uint32Array.from(features));
}

/** Data unit of a file. @param bits 32 to 256, a multiple of 32 */
export function dataUnit(bytes: Uint8Array, bits = 64): string {
  return encodeUnit(MAIN_TYPE.data, 0, bits, dataHash(bytes));
}
