import { createCipheriv } from "node:crypto";

/** A file that is equal for equal seeds (64 hex digits): a third are small, the others have up to four blocks. */
export function fileOfSeed(seed: string): Buffer {
  const first = Number.parseInt(seed.slice(0, 6), 16);
  const size = first % 3 === 0 ? first % 5000 : first % (4 * 1024 * 1024);
  return createCipheriv("chacha20", Buffer.from(seed, "hex"), Buffer.alloc(16)).update(Buffer.alloc(size));
}
