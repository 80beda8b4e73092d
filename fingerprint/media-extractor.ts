/** Reading of the kinds that only a program outside can read. Node hands one in; a page has none. */
import { ColophonError } from "../common/errors.ts";
import type { Pcm } from "./audio/pcm.ts";

export type MediaExtractor = {
  /** MPEG-7 frame signatures at five frames a second: 380 values each. */
  frameSignatures(bytes: Uint8Array, mediaType: string): Promise<Uint8Array[]>;
  /** Samples of the first sound track. */
  pcm(bytes: Uint8Array, mediaType: string): Promise<Pcm>;
};

let installed: MediaExtractor | null = null;

/** Sets the extractor of this process. `node.ts` does so on import. */
export function installMediaExtractor(extractor: MediaExtractor): void {
  installed = extractor;
}

/** @throws ColophonError EXTRACTOR_MISSING where none is installed, as in a page */
export function mediaExtractor(): MediaExtractor {
  if (installed) return installed;
  throw new ColophonError(
    "EXTRACTOR_MISSING",
    "Look-alikes of this kind of file can be searched for only on a server with ffmpeg, not in a page.",
    { status: 501 },
  );
}
