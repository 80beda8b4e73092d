/** Magic of our own model weights: what follows is the generation engine's business. */
import { brokenMedia } from "./media-errors.ts";

const MAGIC = [0x43, 0x4c, 0x50, 0x48, 0x4d, 0x44, 0x4c, 0x31];

/** True for files that start with ASCII "CLPHMDL1". */
export function isModel(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/** @throws ColophonError BROKEN_MEDIA when nothing follows the magic */
export function checkModel(bytes: Uint8Array): void {
  if (bytes.length <= MAGIC.length) throw brokenMedia("the model holds no weights");
}
