/** A short piece by rule: a motif, its answer, a departure, a return and a cadence over a chord per bar. */
import { Prng } from "../../../common/prng.ts";
import { MOODS, type Mood, type MoodName } from "./moods.ts";
import { type Note, type Score, TICKS } from "./score.ts";

const BARS = 8;

/** One bar of melody: how long each note is (beats), and how far it lies above the bar's first note (scale steps). */
type Motif = { rhythm: readonly number[]; steps: readonly number[] };

/**
 * Eight bars in four phrases: call (motif, motif answered higher), response (motif on other chords, half cadence),
 * departure (the motif's head in sequence), return and full cadence. On strong beats the melody takes chord notes.
 */
export function compose(seed: string, moodName: MoodName): Score {
  const mood: Mood = MOODS[moodName];
  const prng = new Prng(seed);
  const beat = (TICKS * 4) / mood.meter[1];
  const bar = beat * mood.meter[0];
  const chords = prng.pick(mood.harmony);
  const main = makeMotif(prng, mood);
  const second = makeMotif(prng, mood);
  const bars: Motif[] = [
    main,
    vary(prng, main, mood),
    main,
    cadence(mood, main, "open"),
    second,
    second,
    main,
    cadence(mood, main, "closed"),
  ];
  const lifts = [0, 1, 0, 0, 2, 3, 1, 0];
  const notes: Note[] = [];
  let last: number = mood.scale.length;
  bars.forEach((motif, i) => {
    const root = chords[i] as number;
    const start = register(mood, motif, root, (last + mood.scale.length) / 2 + (lifts[i] as number));
    let at = i * bar;
    let position = 0;
    motif.rhythm.forEach((length, k) => {
      const strong = position % (mood.meter[0] === 6 ? 3 : 2) === 0 || length >= 2;
      let step = start + (motif.steps[k] as number);
      if (strong) step = anchor(mood, root, step);
      if (i === BARS - 1 && k === motif.rhythm.length - 1) step = nearest(step, mood.scale.length, 0);
      if (i === 3 && k === motif.rhythm.length - 1) step = nearest(step, mood.scale.length, fifthOf(mood));
      const accent = position === 0 ? 14 : strong ? 6 : 0;
      const swell = i < 4 ? i * 2 : i === 5 ? 12 : i === 7 ? -4 : 8;
      const ticks = Math.round(length * beat);
      notes.push({
        voice: "melody",
        start: at,
        length: Math.round(ticks * 0.94),
        pitch: pitchOf(mood, step),
        velocity: Math.min(120, 74 + accent + swell + prng.below(8)),
      });
      at += ticks;
      position += length;
      last = step;
    });
    accompany(prng, mood, notes, i, root, bar, beat);
  });
  return {
    notes: untangle(notes),
    meter: mood.meter,
    tempo: mood.tempo,
    length: BARS * bar,
    programs: mood.programs,
  };
}

/** Notes in order of time; one that would still sound when its voice strikes the same key again is cut short. */
function untangle(notes: readonly Note[]): Note[] {
  const ordered = [...notes].sort((a, b) => a.start - b.start || a.pitch - b.pitch);
  return ordered.map((note, i) => {
    const next = ordered.slice(i + 1).find(({ voice, pitch }) => voice === note.voice && pitch === note.pitch);
    return next ? { ...note, length: Math.min(note.length, next.start - note.start) } : note;
  });
}

/** A rhythm and a mostly stepwise line with one leap that is filled in afterwards. */
function makeMotif(prng: Prng, mood: Mood): Motif {
  const rhythm = prng.pick(mood.cells);
  const direction = prng.pick([-1, 1]);
  const leapAt = 1 + prng.below(Math.max(1, rhythm.length - 1));
  const steps: number[] = [0];
  for (let i = 1; i < rhythm.length; i++) {
    const before = steps[i - 1] as number;
    if (i === leapAt) steps.push(before + direction * prng.pick([2, 3]));
    else if (i > leapAt) steps.push(before - direction);
    else steps.push(before + prng.pick([-1, 1, 1]));
  }
  return { rhythm, steps };
}

/** The motif again with its tail turned the other way. */
function vary(prng: Prng, motif: Motif, mood: Mood): Motif {
  const turn = Math.max(1, motif.steps.length - 2);
  const pivot = motif.steps[turn - 1] as number;
  const steps = motif.steps.map((step, i) => (i < turn ? step : pivot - (step - pivot)));
  const rhythm = prng.float() < 0.4 ? motif.rhythm : prng.pick(mood.cells.filter((c) => c.length === steps.length));
  return { rhythm: rhythm ?? motif.rhythm, steps };
}

/** The motif's head, then one long note to rest on. */
function cadence(mood: Mood, motif: Motif, kind: "open" | "closed"): Motif {
  const beats = mood.meter[0];
  const rest = kind === "closed" ? Math.ceil(beats * 0.6) : Math.ceil(beats / 2);
  const rhythm: number[] = [];
  let sum = 0;
  for (const length of motif.rhythm) {
    if (sum + length > beats - rest) break;
    rhythm.push(length);
    sum += length;
  }
  if (sum < beats - rest) rhythm.push(beats - rest - sum);
  rhythm.push(rest);
  const steps = rhythm.map((_, i) => (kind === "closed" ? rhythm.length - 1 - i : (motif.steps[i] ?? 0)));
  return { rhythm, steps };
}

/** Chord note near `wanted` from which the motif stays between a fourth below the tonic and two octaves above. */
function register(mood: Mood, motif: Motif, root: number, wanted: number): number {
  const low = -2 - Math.min(...motif.steps);
  const high = Math.round(mood.scale.length * 1.7) - Math.max(...motif.steps);
  const start = anchor(mood, root, Math.round(wanted));
  if (start < low) return anchor(mood, root, low + 1);
  return start > high ? anchor(mood, root, high - 1) : start;
}

/** Bass and harmony of one bar. */
function accompany(
  prng: Prng,
  mood: Mood,
  notes: Note[],
  index: number,
  root: number,
  bar: number,
  beat: number,
): void {
  const at = index * bar;
  const beats = mood.meter[0];
  const size = mood.scale.length;
  const chord = chordOf(mood, root).map((step) => pitchOf(mood, step - size));
  const low = (step: number) => pitchOf(mood, step - size * 2) + (mood.tonic < 60 ? 12 : 0);
  const add = (voice: Note["voice"], start: number, length: number, pitch: number, velocity: number) =>
    notes.push({
      voice,
      start: Math.round(at + start),
      length: Math.round(length),
      pitch,
      velocity: velocity + prng.below(6),
    });
  const closing = index === BARS - 1;
  if (closing) {
    add("bass", 0, bar, low(root), 74);
    for (const [k, pitch] of chord.entries()) add("harmony", (k * beat) / 4, bar - (k * beat) / 4, pitch, 56);
    return;
  }
  add("bass", 0, beat * Math.min(2, beats - 1), low(root), 76);
  if (beats > 3) add("bass", Math.floor(beats / 2) * beat, beat * 1.5, low(root + fifthOf(mood)), 64);
  if (mood.texture === "waltz") {
    for (let k = 1; k < beats; k++) for (const pitch of chord) add("harmony", k * beat, beat * 0.8, pitch, 46);
  } else if (mood.texture === "broken") {
    const count = mood.meter[1] === 8 ? beats : beats * 2;
    const order = [0, 1, 2, 1];
    for (let k = 0; k < count; k++) {
      const pitch = chord[(order[k % 4] as number) % chord.length] as number;
      add("harmony", (k * bar) / count, bar / count, pitch, 48);
    }
  } else if (mood.texture === "offbeat") {
    for (const k of [0.5, 1.5, 2, 3.5]) for (const pitch of chord) add("harmony", k * beat, beat * 0.4, pitch, 50);
  } else if (mood.texture === "drone") {
    add("harmony", 0, bar, chord[0] as number, 44);
    for (let k = 1; k < beats; k += 2) add("harmony", k * beat + beat / 2, beat, chord[k % chord.length] as number, 46);
  } else {
    for (const pitch of chord) add("harmony", 0, bar, pitch, 44);
  }
}

/** Scale steps of the chord on a root: every second step, three of them. */
function chordOf(mood: Mood, root: number): number[] {
  return mood.scale.length === 5 ? [root, root + 2, root + 3] : [root, root + 2, root + 4];
}

/** The chord's note that lies nearest to a step. */
function anchor(mood: Mood, root: number, step: number): number {
  const size = mood.scale.length;
  let best = step;
  let distance = Number.POSITIVE_INFINITY;
  for (const member of chordOf(mood, root)) {
    const candidate = nearest(step, size, member % size);
    if (Math.abs(candidate - step) < distance) {
      distance = Math.abs(candidate - step);
      best = candidate;
    }
  }
  return best;
}

/** The step of class `degree` that lies nearest to `step`. */
function nearest(step: number, size: number, degree: number): number {
  return degree + size * Math.round((step - degree) / size);
}

/** Scale step of the fifth above the tonic. */
function fifthOf(mood: Mood): number {
  return mood.scale.indexOf(7);
}

function pitchOf(mood: Mood, step: number): number {
  const size = mood.scale.length;
  const octave = Math.floor(step / size);
  return mood.tonic + 12 * octave + (mood.scale[step - octave * size] as number);
}
