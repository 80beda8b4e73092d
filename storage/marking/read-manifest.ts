import { jpegManifest } from "./jpeg.ts";
import { pngManifest } from "./png.ts";

/** The C2PA manifest store in a file, or null where there is none or the format is not read. @throws ColophonError BROKEN_MEDIA */
export function readManifest(bytes: Uint8Array, mediaType: string): Uint8Array | null {
  if (mediaType === "image/png") return pngManifest(bytes);
  return mediaType === "image/jpeg" ? jpegManifest(bytes) : null;
}
