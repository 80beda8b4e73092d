/** The verification stage for sounds: pieces of the query are slid along the reference, and must fall on one line. */
import { bitDistance } from "../search/bit-distance.ts";
import type { AudioFeatures } from "./audio-features.ts";

/** Values per piece of the query: four seconds. */
const PIECE = 32;

/** Values between pieces. */
const STEP = 16;

/**
 * Share of differing bits at which a piece counts as found. Copies: 0 to 0.15, at 3 % other tempo to 0.25 (a piece is too
 * short to drift apart); the best place of a foreign piece: seldom below 0.3.
 */
export const PIECE_ERROR = 0.25;

/** Largest change of tempo, as a ratio. */
const LARGEST_TEMPO = 1.07;

/** Values by which a found piece may lie off the line. */
const LINE_TOLERANCE = 3;

export type AudioComparison = {
  /** Pieces of the shorter sound. */
  pieces: number;
  /** Pieces found on the best line. */
  found: number;
  /** Mean share of differing bits over those; 1 when none is. */
  error: number;
  /** Values of the reference per value of the query along the line. */
  tempo: number;
};

type Place = { at: number; place: number; error: number };

/** Slides the shorter sound along the longer. Time is the product of their lengths: 10 ms for two of three minutes. */
export function compareAudio(a: AudioFeatures, b: AudioFeatures): AudioComparison {
  const [short, long] = a.values.length <= b.values.length ? [a.values, b.values] : [b.values, a.values];
  const places: Place[] = [];
  let pieces = 0;
  for (let at = 0; at + PIECE <= short.length; at += STEP) {
    pieces++;
    places.push(...bestPlaces(short, at, long));
  }
  return { pieces, ...bestLine(places) };
}

/** Where a piece lies within `PIECE_ERROR`: the least error, and of equal neighbours one. */
function bestPlaces(short: Int32Array, at: number, long: Int32Array): Place[] {
  const most = PIECE_ERROR * PIECE * 32;
  const found: Place[] = [];
  for (let place = 0; place + PIECE <= long.length; place++) {
    let bits = 0;
    for (let i = 0; i < PIECE && bits <= most; i++) bits += bitDistance(short[at + i]!, long[place + i]!);
    if (bits > most) continue;
    const last = found.at(-1);
    const here = { at, place, error: bits / (PIECE * 32) };
    if (last && place - last.place <= LINE_TOLERANCE) {
      if (here.error < last.error) found[found.length - 1] = here;
    } else found.push(here);
  }
  return found.sort((x, y) => x.error - y.error).slice(0, 4);
}

/** Places through which lines are laid: those of least error. */
const ORIGINS = 12;

/** The line with most pieces on it: through each of the best places, at every tempo that some other piece's best place gives. */
function bestLine(places: Place[]): Omit<AudioComparison, "pieces"> {
  let best = { found: 0, error: 1, tempo: 1 };
  const byError = places.toSorted((x, y) => x.error - y.error);
  const bestOfPiece = new Map(byError.toReversed().map((place) => [place.at, place]));
  for (const origin of byError.slice(0, ORIGINS)) {
    for (const other of bestOfPiece.values()) {
      const tempo = other.at === origin.at ? 1 : (other.place - origin.place) / (other.at - origin.at);
      if (!(tempo <= LARGEST_TEMPO && tempo >= 1 / LARGEST_TEMPO)) continue;
      const onLine = new Map<number, number>();
      for (const { at, place, error } of places) {
        if (Math.abs(place - origin.place - tempo * (at - origin.at)) > LINE_TOLERANCE) continue;
        onLine.set(at, Math.min(error, onLine.get(at) ?? 1));
      }
      let sum = 0;
      for (const error of onLine.values()) sum += error;
      const error = sum / onLine.size;
      if (onLine.size > best.found || (onLine.size === best.found && error < best.error)) {
        best = { found: onLine.size, error, tempo };
      }
    }
  }
  return best;
}
