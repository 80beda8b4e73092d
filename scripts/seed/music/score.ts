/** A piece of music as notes; time in ticks, `TICKS` per quarter note. */

export const TICKS = 480;

export type Voice = "melody" | "harmony" | "bass";

/** @property pitch MIDI note number; @property velocity 1 to 127 */
export type Note = { voice: Voice; start: number; length: number; pitch: number; velocity: number };

/**
 * @property meter beats per bar, and the note that has the beat (4 = quarter, 8 = eighth)
 * @property tempo quarter notes per minute
 * @property length ticks, without the last notes' ringing
 */
export type Score = {
  notes: readonly Note[];
  meter: readonly [number, number];
  tempo: number;
  length: number;
  /** General MIDI program (0 to 127) of each voice. */
  programs: Readonly<Record<Voice, number>>;
};

/** Seconds from the start of the piece. */
export function secondsAt(score: Score, ticks: number): number {
  return (ticks / TICKS) * (60 / score.tempo);
}
