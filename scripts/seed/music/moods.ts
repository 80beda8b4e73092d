/** What a piece is to be like: scale, meter, pulse, harmony, texture. */
import type { Score } from "./score.ts";

/**
 * @property scale semitones above the tonic, one octave
 * @property beat ticks of one beat of the meter are TICKS * 4 / meter[1]
 * @property harmony eight chords, one per bar, as scale steps of their roots (0 = tonic)
 * @property cells rhythms of one bar, as lengths in beats
 */
export type Mood = {
  tonic: number;
  scale: readonly number[];
  meter: readonly [number, number];
  tempo: number;
  harmony: readonly (readonly number[])[];
  cells: readonly (readonly number[])[];
  texture: "broken" | "waltz" | "pad" | "drone" | "offbeat";
  programs: Score["programs"];
};

const HARP = 46;
const PIANO = 0;
const KOTO = 107;
const GUITAR = 24;
const PAD = 89;
const BASS = 32;
const VIBES = 11;
const KALIMBA = 108;

export const MOODS = {
  /** Rain on a bamboo window: gong mode, unhurried. */
  bamboo: {
    tonic: 62,
    scale: [0, 2, 4, 7, 9],
    meter: [4, 4],
    tempo: 100,
    harmony: [[0, 0, 3, 0, 4, 3, 1, 0]],
    cells: [
      [1.5, 0.5, 1, 1],
      [1, 0.5, 0.5, 2],
      [0.5, 0.5, 1, 0.5, 0.5, 1],
    ],
    texture: "drone",
    programs: { melody: KOTO, harmony: HARP, bass: BASS },
  },
  /** A waltz in a lit, empty hall. */
  hall: {
    tonic: 57,
    scale: [0, 2, 3, 5, 7, 9, 10],
    meter: [3, 4],
    tempo: 112,
    harmony: [
      [0, 3, 0, 4, 5, 2, 3, 0],
      [0, 6, 3, 4, 2, 5, 4, 0],
    ],
    cells: [
      [1, 1, 1],
      [2, 1],
      [1.5, 0.5, 1],
      [1, 0.5, 0.5, 1],
    ],
    texture: "waltz",
    programs: { melody: PIANO, harmony: PIANO, bass: BASS },
  },
  /** Morning machinery: Lydian, quick broken chords. */
  workshop: {
    tonic: 65,
    scale: [0, 2, 4, 6, 7, 9, 11],
    meter: [4, 4],
    tempo: 126,
    harmony: [[0, 1, 5, 4, 3, 0, 1, 0]],
    cells: [
      [0.5, 0.5, 0.5, 0.5, 1, 1],
      [0.75, 0.75, 0.5, 1, 1],
      [1, 0.5, 0.5, 0.5, 0.5, 1],
    ],
    texture: "broken",
    programs: { melody: VIBES, harmony: KALIMBA, bass: BASS },
  },
  /** A slow leave-taking in natural minor. */
  farewell: {
    tonic: 57,
    scale: [0, 2, 3, 5, 7, 8, 10],
    meter: [4, 4],
    tempo: 96,
    harmony: [
      [0, 5, 3, 4, 5, 2, 3, 0],
      [0, 6, 5, 4, 3, 2, 4, 0],
    ],
    cells: [
      [2, 1, 1],
      [1.5, 0.5, 2],
      [1, 1, 1.5, 0.5],
    ],
    texture: "pad",
    programs: { melody: GUITAR, harmony: PAD, bass: BASS },
  },
  /** A jig for two left feet: Mixolydian in six. */
  jig: {
    tonic: 67,
    scale: [0, 2, 4, 5, 7, 9, 10],
    meter: [6, 8],
    tempo: 150,
    harmony: [[0, 0, 3, 6, 0, 3, 6, 0]],
    cells: [
      [1, 1, 1, 1, 1, 1],
      [2, 1, 2, 1],
      [2, 1, 1, 1, 1],
      [3, 2, 1],
    ],
    texture: "broken",
    programs: { melody: HARP, harmony: GUITAR, bass: BASS },
  },
  /** Stairs at night: harmonic minor, accents off the beat. */
  stairwell: {
    tonic: 62,
    scale: [0, 2, 3, 5, 7, 8, 11],
    meter: [4, 4],
    tempo: 116,
    harmony: [[0, 3, 4, 0, 5, 3, 4, 0]],
    cells: [
      [0.75, 0.75, 0.5, 1, 1],
      [1.5, 1.5, 1],
      [0.5, 1, 0.5, 1, 1],
    ],
    texture: "offbeat",
    programs: { melody: GUITAR, harmony: PIANO, bass: BASS },
  },
  /** A lullaby for a lighthouse: major, three beats, wide calm leaps. */
  lighthouse: {
    tonic: 60,
    scale: [0, 2, 4, 5, 7, 9, 11],
    meter: [3, 4],
    tempo: 92,
    harmony: [
      [0, 5, 3, 4, 0, 3, 4, 0],
      [0, 3, 0, 4, 5, 3, 4, 0],
    ],
    cells: [
      [2, 1],
      [1, 2],
      [1.5, 0.5, 1],
      [1, 1, 1],
    ],
    texture: "waltz",
    programs: { melody: HARP, harmony: HARP, bass: BASS },
  },
  /** River mist: yu mode in five beats. */
  ferry: {
    tonic: 64,
    scale: [0, 3, 5, 7, 10],
    meter: [5, 4],
    tempo: 138,
    harmony: [[0, 2, 0, 3, 1, 2, 4, 0]],
    cells: [
      [1.5, 0.5, 1, 2],
      [1, 1, 0.5, 0.5, 2],
      [3, 1, 1],
      [2, 1, 1, 1],
    ],
    texture: "drone",
    programs: { melody: KOTO, harmony: PAD, bass: BASS },
  },
  /** Snow light: Lydian pads, a few high notes. */
  snow: {
    tonic: 69,
    scale: [0, 2, 4, 6, 7, 9, 11],
    meter: [4, 4],
    tempo: 104,
    harmony: [[0, 4, 1, 0, 5, 3, 4, 0]],
    cells: [
      [2, 2],
      [1, 1, 2],
      [3, 0.5, 0.5],
    ],
    texture: "pad",
    programs: { melody: VIBES, harmony: PAD, bass: BASS },
  },
} as const satisfies Record<string, Mood>;

export type MoodName = keyof typeof MOODS;
