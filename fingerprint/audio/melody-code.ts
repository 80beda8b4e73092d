/**
 * EXPERIMENTAL: a code for melodies in MIDI files. It is ours, no part of ISO 24138, never part of an ISCC, and may change
 * with its version number.
 */
import { minhash256 } from "../algorithms/minhash.ts";
import { xxh32 } from "../algorithms/xxh32.ts";
import { type MidiNote, midiVoices } from "./midi-notes.ts";

/** Steps from note to note that make one feature: seven notes. */
const NGRAM = 6;
/** Ratios of durations are rounded to half octaves of time, up to 16 times longer or shorter. */
const RATIO_STEPS = 2;
const MAX_RATIO = 4 * RATIO_STEPS;

export type MelodyCode = {
  /** 32 bytes; similar melodies differ in few bits. */
  digest: Uint8Array<ArrayBuffer>;
  /** Different features: what similarity is measured over. */
  features: number;
};

/**
 * Melody code, version 0, of a MIDI file that `checkMidi` has passed.
 *
 * 1. Voices: each channel of each track, drums left out. Of notes struck together the highest stands for the voice.
 * 2. From note to note: the interval in semitones, and how much longer or shorter the wait is than the one before, as
 *    the logarithm to base 2 in half steps. A melody moved to another key keeps the first, one in another tempo the second.
 * 3. Every six steps in a row are a feature, hashed by xxHash32.
 * 4. MinHash of the features of all voices: voices may change place, and repeats count once.
 * @throws ColophonError BROKEN_MEDIA
 */
export function melodyCodeV0(bytes: Uint8Array): MelodyCode {
  const features = new Set<number>();
  for (const voice of midiVoices(bytes)) {
    const steps = stepsOf(topLine(voice));
    for (let i = 0; i + 2 * NGRAM <= steps.length; i += 2) features.add(xxh32(steps, i, i + 2 * NGRAM));
  }
  return { digest: minhash256(Uint32Array.from(features)), features: features.size };
}

/** The highest of the notes that are struck together. */
function topLine(voice: readonly MidiNote[]): MidiNote[] {
  const line: MidiNote[] = [];
  for (const note of voice) {
    const last = line.at(-1);
    if (last?.start === note.start) {
      if (note.pitch > last.pitch) line[line.length - 1] = note;
    } else line.push(note);
  }
  return line;
}

/** Two bytes per step: interval, and change of the wait. The first note has no wait before it, so it gives no step. */
function stepsOf(line: readonly MidiNote[]): Uint8Array {
  const steps: number[] = [];
  for (let i = 2; i < line.length; i++) {
    const interval = line[i]!.pitch - line[i - 1]!.pitch;
    const ratio = (line[i]!.start - line[i - 1]!.start) / (line[i - 1]!.start - line[i - 2]!.start);
    const change = Math.max(-MAX_RATIO, Math.min(MAX_RATIO, Math.round(Math.log2(ratio) * RATIO_STEPS)));
    steps.push(interval & 0xff, change & 0xff);
  }
  return Uint8Array.from(steps);
}
