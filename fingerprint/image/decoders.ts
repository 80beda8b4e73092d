/** What a picture decoder is. */

/** Decoded pixels: RGBA, 8 bits each, straight alpha, row by row from the top left. */
export type Pixels = { width: number; height: number; data: Uint8ClampedArray<ArrayBuffer> };

/** Decodes one file, ignoring orientation and color profile. May throw anything on a damaged file. */
export type ImageDecoder = (bytes: Uint8Array<ArrayBuffer>) => Promise<Pixels>;
