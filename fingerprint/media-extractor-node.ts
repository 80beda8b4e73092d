/** Video and rarer kinds of sound through the system's ffmpeg. Node only. */
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { LIMITS } from "../common/limits.ts";
import { checkAudioLength, type Pcm } from "./audio/pcm.ts";
import { runFfmpeg } from "./ffmpeg.ts";
import { brokenMedia } from "./media-errors.ts";
import type { MediaExtractor } from "./media-extractor.ts";
import { parseFrameSignatures } from "./video/frame-signatures.ts";

/** What Chromaprint works at; ffmpeg's resampler is the one that `fpcalc` uses. */
const SAMPLE_RATE = 11_025;
/** Largest signature file, bytes: half an hour has about 15 MB. */
const SIGNATURE_BYTES = 64 * 1024 * 1024;

/** ffmpeg behind temporary files: its readers have to seek. */
export const nodeMediaExtractor: MediaExtractor = {
  frameSignatures: (bytes, mediaType) =>
    withFile(bytes, async (file, folder) => {
      const filter = "fps=fps=5,signature=format=xml:filename=signature.xml";
      const length = String(LIMITS.audioSeconds);
      const args = ["-map", "0:v:0", "-an", "-sn", "-dn", "-t", length, "-vf", filter, "-f", "null", "-"];
      await runFfmpeg(file, mediaType, args, { cwd: folder, maxBytes: 65_536 });
      const signature = path.join(folder, "signature.xml");
      const found = await stat(signature).catch(() => null);
      if (!found) throw brokenMedia("the video holds no picture");
      if (found.size > SIGNATURE_BYTES) throw brokenMedia("the video's signature is larger than any video's");
      return parseFrameSignatures(await readFile(signature, "utf8"));
    }),
  pcm: (bytes, mediaType) =>
    withFile(bytes, async (file, folder): Promise<Pcm> => {
      const length = String(LIMITS.audioSeconds + 1);
      const shape = ["-ac", "1", "-ar", String(SAMPLE_RATE), "-f", "s16le"];
      const args = ["-map", "0:a:0", "-vn", "-t", length, ...shape, "pipe:1"];
      const maxBytes = 2 * SAMPLE_RATE * (LIMITS.audioSeconds + 2);
      const out = await runFfmpeg(file, mediaType, args, { cwd: folder, maxBytes });
      const samples = new Int16Array(out.buffer, 0, out.length >> 1);
      checkAudioLength(samples.length, SAMPLE_RATE, 1);
      return { sampleRate: SAMPLE_RATE, channels: 1, blocks: [samples] };
    }),
};

async function withFile<T>(bytes: Uint8Array, use: (file: string, folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "colophon-media-"));
  try {
    const file = path.join(folder, "input");
    await writeFile(file, bytes, { mode: 0o600 });
    return await use(file, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
