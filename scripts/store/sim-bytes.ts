import { createCipheriv, createHash } from "node:crypto";

/** Bytes that are equal for equal seeds. */
export function simBytes(seed: string, bytes: number): Uint8Array {
  const key = createHash("sha256").update(seed).digest();
  return createCipheriv("chacha20", key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}
