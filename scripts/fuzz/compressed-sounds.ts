import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { soundFiles } from "../media/sound-files.ts";

const run = promisify(execFile);

/** Three seconds of FLAC and MP3 made by ffmpeg; none where it is missing, and then only WAV and MIDI stand for sound. */
export async function compressedSounds(seed: string): Promise<Record<string, Uint8Array>> {
  const folder = await mkdtemp(path.join(tmpdir(), "colophon-fuzz-"));
  try {
    const source = path.join(folder, "song.wav");
    await writeFile(source, soundFiles(seed)["song.wav"]!);
    const files: Record<string, Uint8Array> = {};
    for (const name of ["short.mp3", "short.flac"]) {
      const file = path.join(folder, name);
      const args = ["-nostdin", "-v", "error", "-i", source, "-t", "3", file];
      const made = await run(process.env.FFMPEG ?? "ffmpeg", args).then(
        () => true,
        () => false,
      );
      if (made) files[name] = new Uint8Array(await readFile(file));
    }
    return files;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
