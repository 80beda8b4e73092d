/** A small synthesizer: plucked strings, bells and a soft pad in a room, as 16-bit mono samples. */
import { Prng } from "../../../common/prng.ts";
import { type Note, type Score, secondsAt } from "./score.ts";

/** Samples per second. */
export const SAMPLE_RATE = 22_050;

const RING_SECONDS = 1.6;

/** The score as samples in [-1, 1], normalized, with a reverberating end. */
export function synthesize(score: Score, seed: string): Float32Array {
  const prng = new Prng(seed);
  const total = Math.ceil((secondsAt(score, score.length) + RING_SECONDS) * SAMPLE_RATE);
  const dry = new Float32Array(total);
  for (const note of score.notes) {
    const start = Math.floor(secondsAt(score, note.start) * SAMPLE_RATE);
    const held = Math.floor(secondsAt(score, note.length) * SAMPLE_RATE);
    play(dry, note, start, held, score.programs[note.voice], prng);
  }
  const wet = reverberate(dry);
  let peak = 1e-6;
  for (let i = 0; i < total; i++) {
    const left = total - i;
    const fade = Math.min(1, left / (SAMPLE_RATE * 0.9));
    const sample = ((dry[i] as number) + 0.3 * (wet[i] as number)) * fade;
    dry[i] = sample;
    peak = Math.max(peak, Math.abs(sample));
  }
  for (let i = 0; i < total; i++) dry[i] = ((dry[i] as number) / peak) * 0.89;
  return dry;
}

/** RIFF/WAVE bytes, PCM 16 bit, mono. */
export function waveFile(samples: Float32Array): Uint8Array {
  const data = samples.length * 2;
  const bytes = new Uint8Array(44 + data);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string) => {
    for (let i = 0; i < word.length; i++) view.setUint8(at + i, word.charCodeAt(i));
  };
  text(0, "RIFF");
  view.setUint32(4, 36 + data, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, SAMPLE_RATE, true);
  view.setUint32(28, SAMPLE_RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, data, true);
  samples.forEach((sample, i) => {
    view.setInt16(44 + i * 2, Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), true);
  });
  return bytes;
}

function play(out: Float32Array, note: Note, start: number, held: number, program: number, prng: Prng): void {
  const frequency = 440 * 2 ** ((note.pitch - 69) / 12);
  const loud = (note.velocity / 127) ** 1.6;
  if (program === 89) pad(out, frequency, start, held, loud * 0.2);
  else if (program === 11 || program === 108) bell(out, frequency, start, loud * 0.3, program === 108 ? 0.5 : 1.3);
  else if (note.voice === "bass") pluck(out, frequency, start, held + SAMPLE_RATE * 0.35, loud * 0.62, 0.5, prng);
  else {
    const level = note.voice === "melody" ? 0.55 : 0.3;
    pluck(out, frequency, start, held + SAMPLE_RATE * 0.7, loud * level, program === 107 ? 0.82 : 0.66, prng);
  }
}

/** Karplus and Strong 1983: a burst of noise runs around a loop as long as one period and loses its edge. */
function pluck(
  out: Float32Array,
  frequency: number,
  start: number,
  length: number,
  level: number,
  bright: number,
  prng: Prng,
): void {
  const period = SAMPLE_RATE / frequency - 0.5;
  const size = Math.max(2, Math.floor(period));
  const fraction = period - size;
  const line = new Float32Array(size + 1);
  let before = 0;
  for (let i = 0; i <= size; i++) {
    before = bright * (prng.float() * 2 - 1) + (1 - bright) * before;
    line[i] = before;
  }
  const keep = 0.996 ** Math.min(1, 220 / frequency);
  const release = SAMPLE_RATE * 0.12;
  let at = 0;
  let memory = 0;
  const end = Math.min(out.length, start + Math.floor(length));
  for (let i = start; i < end; i++) {
    const own = line[at] as number;
    const next = line[at === size ? 0 : at + 1] as number;
    const sample = own * (1 - fraction) + next * fraction;
    line[at] = keep * 0.5 * (sample + memory);
    memory = sample;
    at = at === size ? 0 : at + 1;
    out[i] = (out[i] as number) + level * sample * Math.min(1, (end - i) / release);
  }
}

/** Struck bar: a fundamental and two inharmonic partials that die sooner. */
function bell(out: Float32Array, frequency: number, start: number, level: number, seconds: number): void {
  const end = Math.min(out.length, start + Math.floor(seconds * SAMPLE_RATE * 1.8));
  const step = (2 * Math.PI * frequency) / SAMPLE_RATE;
  for (let i = start; i < end; i++) {
    const t = (i - start) / SAMPLE_RATE;
    const phase = step * (i - start);
    const body = Math.sin(phase) * Math.exp((-3.2 * t) / seconds);
    const ring =
      0.32 * Math.sin(phase * 3.93) * Math.exp((-8 * t) / seconds) + 0.1 * Math.sin(phase * 9.2) * Math.exp(-24 * t);
    out[i] = (out[i] as number) + level * (body + ring) * Math.min(1, t * 400);
  }
}

/** Three slightly mistuned soft waves with a slow attack. */
function pad(out: Float32Array, frequency: number, start: number, held: number, level: number): void {
  const release = SAMPLE_RATE * 0.6;
  const attack = SAMPLE_RATE * 0.28;
  const end = Math.min(out.length, start + held + release);
  for (let i = start; i < end; i++) {
    const t = i - start;
    const envelope = Math.min(1, t / attack) * Math.min(1, (end - i) / release);
    const a = (2 * Math.PI * frequency * t) / SAMPLE_RATE;
    const wave = Math.sin(a) + 0.7 * Math.sin(a * 1.0035 + 1) + 0.5 * Math.sin(a * 0.9968 + 2) + 0.22 * Math.sin(2 * a);
    out[i] = (out[i] as number) + level * 0.5 * wave * envelope;
  }
}

/** Four combs and two all-passes (Schroeder 1962, with Moorer's damping of 1979). */
function reverberate(dry: Float32Array): Float32Array {
  const out = new Float32Array(dry.length);
  for (const [delay, back] of [
    [821, 0.77],
    [929, 0.75],
    [1051, 0.73],
    [1171, 0.71],
  ] as const) {
    const line = new Float32Array(delay);
    let damp = 0;
    for (let i = 0, at = 0; i < dry.length; i++) {
      const old = line[at] as number;
      damp = old * 0.7 + damp * 0.3;
      line[at] = (dry[i] as number) + damp * back;
      out[i] = (out[i] as number) + old * 0.25;
      at = at + 1 === delay ? 0 : at + 1;
    }
  }
  for (const delay of [113, 37]) {
    const line = new Float32Array(delay);
    for (let i = 0, at = 0; i < out.length; i++) {
      const old = line[at] as number;
      const sample = (out[i] as number) - 0.5 * old;
      line[at] = sample;
      out[i] = old + 0.5 * sample;
      at = at + 1 === delay ? 0 : at + 1;
    }
  }
  return out;
}
