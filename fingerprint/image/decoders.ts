/** Where the picture decoders come from: Node and browser load the same wasm differently, so they are handed in. */
import { ColophonError } from "../../common/errors.ts";
import type { ImageMediaType } from "./image-header.ts";

/** Decoded pixels: RGBA, 8 bits each, straight alpha, row by row from the top left. */
export type Pixels = { width: number; height: number; data: Uint8ClampedArray<ArrayBuffer> };

/** Decodes one file, ignoring orientation and color profile. May throw anything on a damaged file. */
export type ImageDecoder = (bytes: Uint8Array<ArrayBuffer>) => Promise<Pixels>;

export type ImageDecoders = Record<ImageMediaType, ImageDecoder>;

let installed: ImageDecoders | null = null;

/** Sets the decoders of this process or page. `node.ts` and `browser.ts` do so on import. */
export function installImageDecoders(decoders: ImageDecoders): void {
  installed = decoders;
}

/** @throws ColophonError DECODER_MISSING when neither `node.ts` nor `browser.ts` has been imported */
export function imageDecoder(mediaType: ImageMediaType): ImageDecoder {
  if (!installed) {
    throw new ColophonError(
      "DECODER_MISSING",
      "Import fingerprint/node.ts or fingerprint/browser.ts to read pictures.",
      {
        status: 500,
      },
    );
  }
  return installed[mediaType];
}
