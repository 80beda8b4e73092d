/** The edits that a copy of a recording goes through, each with its parameters. Needs `ffmpeg` on the path. */
import { spawn } from "node:child_process";
import type { Prng } from "../../../common/prng.ts";

/** Samples a second at which recordings are compared: Chromaprint's own rate. */
export const SAMPLE_RATE = 11025;

/** Seconds of a recording that enter the evaluation, from its start. */
export const LONGEST_SECONDS = 180;

/** Parameters of each edit, as reported. Trims and noise are ours; codecs and tempo are ffmpeg's. */
export const AUDIO_EDITS = {
  mp3at64: { codec: "libmp3lame", kbps: 64 },
  mp3at32: { codec: "libmp3lame", kbps: 32 },
  oggq2: { codec: "libvorbis", quality: 2 },
  opus32: { codec: "libopus", kbps: 32 },
  rate8k: { sampleRate: 8000 },
  trimStart2: { secondsOff: 2 },
  trimEnd20: { shareOff: 0.2 },
  middle30: { seconds: 30, place: "random" },
  level: { decibel: [-12, 3], clipped: true },
  noise: { signalToNoiseDecibel: 20, white: true },
  tempoUp3: { tempo: 1.03 },
  tempoDown3: { tempo: 0.97 },
} as const;

export type AudioEdit = keyof typeof AUDIO_EDITS;

/** Decodes a file's start to mono samples. @throws Error when ffmpeg is missing or cannot read the file */
export async function readRecording(file: string): Promise<Int16Array> {
  return samplesOf(await ffmpeg(["-t", String(LONGEST_SECONDS), "-i", file, ...RAW_OUT], null));
}

/** The edited recording as mono samples. */
export async function editedAudio(samples: Int16Array, edit: AudioEdit, prng: Prng): Promise<Int16Array> {
  switch (edit) {
    case "mp3at64":
    case "mp3at32":
      return transcoded(samples, ["-c:a", "libmp3lame", "-b:a", `${AUDIO_EDITS[edit].kbps}k`, "-f", "mp3"]);
    case "oggq2":
      return transcoded(samples, ["-c:a", "libvorbis", "-q:a", String(AUDIO_EDITS.oggq2.quality), "-f", "ogg"]);
    case "opus32":
      return transcoded(samples, ["-ar", "48000", "-c:a", "libopus", "-b:a", "32k", "-f", "ogg"]);
    case "rate8k":
      return transcoded(samples, ["-ar", String(AUDIO_EDITS.rate8k.sampleRate), "-f", "wav"]);
    case "trimStart2":
      return samples.slice(AUDIO_EDITS.trimStart2.secondsOff * SAMPLE_RATE);
    case "trimEnd20":
      return samples.slice(0, Math.round(samples.length * (1 - AUDIO_EDITS.trimEnd20.shareOff)));
    case "middle30": {
      const length = Math.min(AUDIO_EDITS.middle30.seconds * SAMPLE_RATE, samples.length);
      const from = prng.below(samples.length - length + 1);
      return samples.slice(from, from + length);
    }
    case "level": {
      const [low, high] = AUDIO_EDITS.level.decibel;
      const gain = 10 ** (prng.range(low, high) / 20);
      return samples.map((x) => clipped(x * gain));
    }
    case "noise": {
      let power = 0;
      for (const x of samples) power += x * x;
      const deviation = Math.sqrt(power / samples.length) * 10 ** (-AUDIO_EDITS.noise.signalToNoiseDecibel / 20);
      return samples.map((x) => clipped(x + deviation * gaussian(prng)));
    }
    case "tempoUp3":
    case "tempoDown3":
      return samplesOf(
        await ffmpeg([...RAW_IN, "-filter:a", `atempo=${AUDIO_EDITS[edit].tempo}`, ...RAW_OUT], samples),
      );
  }
}

const RAW_IN = ["-f", "s16le", "-ar", String(SAMPLE_RATE), "-ac", "1", "-i", "pipe:0"];
const RAW_OUT = ["-vn", "-ac", "1", "-ar", String(SAMPLE_RATE), "-f", "s16le", "pipe:1"];

async function transcoded(samples: Int16Array, options: string[]): Promise<Int16Array> {
  const encoded = await ffmpeg([...RAW_IN, ...options, "pipe:1"], samples);
  return samplesOf(await ffmpeg(["-i", "pipe:0", ...RAW_OUT], encoded));
}

/** A normal deviate (Box and Muller 1958). */
function gaussian(prng: Prng): number {
  return Math.sqrt(-2 * Math.log(1 - prng.float())) * Math.cos(2 * Math.PI * prng.float());
}

function clipped(x: number): number {
  return Math.max(-32768, Math.min(32767, Math.round(x)));
}

function samplesOf(bytes: Buffer): Int16Array {
  return new Int16Array(new Uint8Array(bytes).buffer, 0, bytes.length >> 1);
}

function ffmpeg(options: string[], input: Int16Array | Buffer | null): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn("ffmpeg", ["-v", "error", "-nostdin", "-threads", "1", ...options], {
      stdio: [input ? "pipe" : "ignore", "pipe", "pipe"],
    });
    const out: Buffer[] = [];
    let complaint = "";
    child.stdout!.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr!.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
    child.on("error", (cause) => reject(new Error("ffmpeg is needed for sound and was not found", { cause })));
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(out));
      else reject(new Error(`ffmpeg ended with ${code}: ${complaint.trim()}`));
    });
    if (input && child.stdin) {
      // A decoder that has enough closes its end early.
      child.stdin.on("error", () => {});
      child.stdin.end(Buffer.from(input.buffer, input.byteOffset, input.byteLength));
    }
  });
}
