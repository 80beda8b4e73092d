/** Standard MIDI File 1.0, format 1: a tempo track, then one track per voice. */
import { type Note, type Score, TICKS, type Voice } from "./score.ts";

const VOICES: readonly Voice[] = ["melody", "harmony", "bass"];

/** Bytes of the score as a `.mid` file. */
export function midiFile(score: Score): Uint8Array {
  const tempo = Math.round(60_000_000 / score.tempo);
  const [beats, unit] = score.meter;
  const signature = [0, 0xff, 0x58, 4, beats, Math.log2(unit), 24, 8];
  const pace = [0, 0xff, 0x51, 3, tempo >> 16, (tempo >> 8) & 255, tempo & 255];
  const conductor = [...signature, ...pace, ...variable(score.length), 0xff, 0x2f, 0];
  const tracks = VOICES.map((voice, channel) => {
    const own = score.notes.filter((note) => note.voice === voice);
    return voiceTrack(own, voice, channel, score.programs[voice]);
  });
  const header = [...ascii("MThd"), ...uint32(6), 0, 1, 0, tracks.length + 1, TICKS >> 8, TICKS & 255];
  const chunks = [conductor, ...tracks].flatMap((track) => [...ascii("MTrk"), ...uint32(track.length), ...track]);
  return Uint8Array.from([...header, ...chunks]);
}

function voiceTrack(notes: readonly Note[], name: Voice, channel: number, program: number): number[] {
  const events = notes
    .flatMap(({ start, length, pitch, velocity }) => [
      { at: start, bytes: [0x90 | channel, pitch, velocity] },
      { at: start + length, bytes: [0x80 | channel, pitch, 0] },
    ])
    // Ends before starts at the same tick, so that a repeated note sounds twice.
    .sort((a, b) => a.at - b.at || (a.bytes[0] as number) - (b.bytes[0] as number));
  const out = [0, 0xff, 0x03, name.length, ...ascii(name), 0, 0xc0 | channel, program];
  let now = 0;
  for (const event of events) {
    out.push(...variable(event.at - now), ...event.bytes);
    now = event.at;
  }
  out.push(0, 0xff, 0x2f, 0);
  return out;
}

/** MIDI's variable-length quantity: seven bits per byte, most significant first. */
function variable(value: number): number[] {
  const out = [value & 127];
  for (let rest = value >> 7; rest > 0; rest >>= 7) out.unshift((rest & 127) | 128);
  return out;
}

function uint32(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}
