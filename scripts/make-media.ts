/**
 * `npm run -s make:media -- --out DIR [--seed S]`: a folder of small files of every kind and many variants, all of our own
 * making, to try the fingerprint library on. Kinds that take ffmpeg are left out where it is missing.
 */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs, promisify } from "node:util";
import { pictureFiles } from "./media/picture-files.ts";
import { soundFiles } from "./media/sound-files.ts";

const run = promisify(execFile);

const { values } = parseArgs({ options: { out: { type: "string" }, seed: { type: "string", default: "media" } } });
if (!values.out) {
  console.error("usage: npm run -s make:media -- --out DIR [--seed S]");
  process.exit(2);
}
const out = path.resolve(values.out);
await mkdir(out, { recursive: true });
const files = { ...(await pictureFiles(values.seed)), ...soundFiles(values.seed) };
for (const [name, bytes] of Object.entries(files)) await writeFile(path.join(out, name), bytes);
const extra = await convert();
console.log(`${Object.keys(files).length + extra} files in ${out}`);

/** Files that ffmpeg makes of ours. @returns how many */
async function convert(): Promise<number> {
  const tests = ["-f", "lavfi", "-i", "testsrc2=s=160x120:r=10:d=4", "-f", "lavfi", "-i", "sine=d=4"];
  const jobs: [string, string[]][] = [
    ["song.mp3", ["-i", path.join(out, "song.wav"), "-b:a", "64k"]],
    ["song-vbr.mp3", ["-i", path.join(out, "song.wav"), "-q:a", "5"]],
    ["song-mono.mp3", ["-i", path.join(out, "song.wav"), "-ac", "1", "-ar", "22050", "-b:a", "48k"]],
    ["song.flac", ["-i", path.join(out, "song.wav")]],
    ["song-24.flac", ["-i", path.join(out, "song-24.wav"), "-sample_fmt", "s32"]],
    ["song-best.flac", ["-i", path.join(out, "song.wav"), "-compression_level", "12"]],
    ["song.ogg", ["-i", path.join(out, "song.wav"), "-c:a", "libvorbis"]],
    ["song.m4a", ["-i", path.join(out, "song.wav")]],
    ["film.mp4", [...tests, "-c:v", "mpeg4", "-shortest"]],
    ["film.webm", [...tests, "-c:v", "libvpx", "-shortest"]],
  ];
  let made = 0;
  for (const [name, args] of jobs) {
    const command = ["-nostdin", "-v", "error", "-y", ...args, "-map_metadata", "-1", "-fflags", "+bitexact"];
    await run(process.env.FFMPEG ?? "ffmpeg", [...command, path.join(out, name)]).then(
      () => made++,
      (error: Error) => console.error(`${name} is left out: ${error.message.split("\n")[0]}`),
    );
  }
  return made;
}
