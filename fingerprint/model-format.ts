/** Magic of our own model weights: what follows is the generation engine's business. */

const MAGIC = [0x43, 0x4c, 0x50, 0x48, 0x4d, 0x44, 0x4c, 0x31];

/** True for files that start with ASCII "CLPHMDL1" and hold something after it. */
export function isModel(bytes: Uint8Array): boolean {
  return bytes.length > MAGIC.length && MAGIC.every((byte, i) => bytes[i] === byte);
}
