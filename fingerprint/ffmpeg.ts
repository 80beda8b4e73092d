/** Runs the system's ffmpeg on one untrusted file, if there is one. Node only. */
import { spawn } from "node:child_process";
import { ColophonError } from "../common/errors.ts";
import { brokenMedia } from "./media-errors.ts";

/** Longest run, ms. */
const TIMEOUT = 50_000;
/** Last bytes of its complaints that are kept. */
const MESSAGE = 400;

/** Demultiplexer by media type: named, so that a file can not be read as a playlist that points at other files. */
const FORMATS: Record<string, string> = {
  "video/mp4": "mov",
  "video/webm": "matroska",
  "audio/mp4": "mov",
  "audio/ogg": "ogg",
};

/**
 * Runs `ffmpeg -i FILE args…` with the file's format stated, no network, two threads and a time limit.
 * @param maxBytes of its output; more ends the run
 * @returns what it wrote to its standard output
 * @throws ColophonError FFMPEG_MISSING, BROKEN_MEDIA (it refused the file), MEDIA_TIMEOUT
 */
export function runFfmpeg(
  file: string,
  mediaType: string,
  args: readonly string[],
  options: { cwd: string; maxBytes: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const input = ["-f", FORMATS[mediaType] ?? "matroska", "-protocol_whitelist", "file,pipe", "-i", `file:${file}`];
  const child = spawn(process.env.FFMPEG ?? "ffmpeg", ["-nostdin", "-v", "error", "-threads", "2", ...input, ...args], {
    cwd: options.cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  let message = "";
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, TIMEOUT);
  child.stdout.on("data", (chunk: Uint8Array) => {
    size += chunk.length;
    if (size > options.maxBytes) child.kill("SIGKILL");
    else chunks.push(chunk);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    message = (message + text).slice(-MESSAGE);
  });
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => {
      clearTimeout(timer);
      reject(ffmpegMissing(cause));
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      if (late) {
        reject(new ColophonError("MEDIA_TIMEOUT", "Reading this file takes too long.", { status: 422 }));
      } else if (code !== 0) {
        reject(brokenMedia("ffmpeg cannot read it", new Error(message)));
      } else {
        const out = new Uint8Array(size);
        let at = 0;
        for (const chunk of chunks) {
          out.set(chunk, at);
          at += chunk.length;
        }
        resolve(out);
      }
    });
  });
}

/** What is said where video and some kinds of sound cannot be looked into. */
export function ffmpegMissing(cause?: unknown): ColophonError {
  return new ColophonError(
    "FFMPEG_MISSING",
    "Look-alikes of this kind of file can be searched for only on a server with ffmpeg, which is not there.",
    { status: 501, cause },
  );
}
