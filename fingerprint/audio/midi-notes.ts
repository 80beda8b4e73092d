/** Notes of a Standard MIDI File (RP-001), without playing it. */
import { brokenMedia } from "../media-errors.ts";

/** A struck note: start in ticks, pitch in semitones (60 is middle C). */
export type MidiNote = { start: number; pitch: number };

/** The channel that General MIDI gives to drums, counted from 0: its pitches name instruments. */
const DRUMS = 9;
const TRACK = 0x4d54726b;
/** Most notes of a file; a thousand times a symphony's page. */
const MAX_NOTES = 1_000_000;

/**
 * Notes of each voice, in the order of time: a voice is one channel of one track, drums left out.
 * @throws ColophonError BROKEN_MEDIA for a track whose events run over its end
 */
export function midiVoices(bytes: Uint8Array): MidiNote[][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const voices: MidiNote[][] = [];
  for (let at = 8 + view.getUint32(4); at + 8 <= bytes.length; ) {
    const end = Math.min(at + 8 + view.getUint32(at + 4), bytes.length);
    if (view.getUint32(at) === TRACK) voices.push(...trackVoices(bytes.subarray(at + 8, end)));
    at = end;
  }
  return voices;
}

function trackVoices(track: Uint8Array): MidiNote[][] {
  const channels = new Map<number, MidiNote[]>();
  let at = 0;
  let time = 0;
  let status = 0;
  let notes = 0;
  const next = (): number => {
    const byte = track[at++];
    if (byte === undefined) throw brokenMedia("a MIDI event runs over its track's end");
    return byte;
  };
  const skip = (length: number): void => {
    at += length;
    if (at > track.length) throw brokenMedia("a MIDI event runs over its track's end");
  };
  /** Seven bits a byte, at most four bytes. */
  const quantity = (): number => {
    let value = 0;
    for (let i = 0; i < 4; i++) {
      const byte = next();
      value = (value << 7) | (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    throw brokenMedia("a MIDI number has more than four bytes");
  };
  while (at < track.length) {
    time += quantity();
    if (track[at]! >= 0x80) status = next();
    if (status < 0x80) throw brokenMedia("a MIDI event has no kind");
    if (status === 0xff) {
      next();
      skip(quantity());
    } else if (status === 0xf0 || status === 0xf7) skip(quantity());
    else {
      const pitch = next();
      const velocity = status >= 0xc0 && status < 0xe0 ? 0 : next();
      const channel = status & 15;
      if (status >> 4 !== 9 || velocity === 0 || channel === DRUMS) continue;
      if (++notes > MAX_NOTES) throw brokenMedia(`a MIDI track has more than ${MAX_NOTES} notes`);
      const voice = channels.get(channel);
      if (voice) voice.push({ start: time, pitch });
      else channels.set(channel, [{ start: time, pitch }]);
    }
  }
  return [...channels.entries()].sort(([a], [b]) => a - b).map(([, voice]) => voice);
}
