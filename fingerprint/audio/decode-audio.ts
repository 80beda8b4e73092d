/** From a sound file's bytes to samples: the same decoders in Node and browser. */
import { flacPcm } from "./flac.ts";
import { mp3Pcm } from "./mp3.ts";
import type { Pcm } from "./pcm.ts";
import { wavPcm } from "./wav.ts";

const DECODERS = {
  "audio/wav": wavPcm,
  "audio/flac": flacPcm,
  "audio/mpeg": mp3Pcm,
} as const satisfies Record<string, (bytes: Uint8Array) => Pcm | Promise<Pcm>>;

/** Media types of sound that this library decodes itself. */
export type AudioMediaType = keyof typeof DECODERS;

/** True for the sound that this library decodes itself, everywhere alike. */
export function isDecodedAudio(mediaType: string): mediaType is AudioMediaType {
  return mediaType in DECODERS;
}

/**
 * Opens a sound. Damage may show only while its blocks are read.
 * @throws ColophonError BROKEN_MEDIA, AUDIO_TOO_LONG, UNSUPPORTED_MEDIA
 */
export async function decodeAudio(bytes: Uint8Array, mediaType: AudioMediaType): Promise<Pcm> {
  return DECODERS[mediaType](bytes);
}
