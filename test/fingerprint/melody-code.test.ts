import { expect } from "chai";
import fc from "fast-check";
import { Prng } from "../../common/prng.ts";
import { melodyCodeV0 } from "../../fingerprint/audio/melody-code.ts";
import { midiVoices } from "../../fingerprint/audio/midi-notes.ts";
import { fingerprint } from "../../fingerprint/node.ts";
import { bitDistance } from "../../fingerprint/search/bit-distance.ts";
import { refusal } from "./refusal.ts";

const ascii = (text: string): number[] => [...new TextEncoder().encode(text)];

type Note = { wait: number; pitch: number };

const quantity = (value: number): number[] =>
  value < 128 ? [value] : [...quantity(value >>> 7).map((byte) => byte | 128), value & 127];

/** Events of notes, each struck `wait` ticks after the one before and held for a tick. */
const events = (notes: readonly Note[], channel = 0): number[] =>
  notes.flatMap(({ wait, pitch }) => [
    ...quantity(Math.max(wait - 1, 0)),
    0x90 | channel,
    pitch,
    90,
    1,
    0x80 | channel,
    pitch,
    0,
  ]);

/** A MIDI file of one track per list of events. */
function midi(tracks: readonly number[][]): Uint8Array {
  const chunk = (body: number[]) => [...ascii("MTrk"), 0, 0, body.length >> 8, body.length & 255, ...body];
  const bodies = tracks.map((track) => chunk([...track, 0, 0xff, 0x2f, 0]));
  return Uint8Array.from([...ascii("MThd"), 0, 0, 0, 6, 0, 1, 0, tracks.length, 0, 96, ...bodies.flat()]);
}

function tune(seed: string, length = 80): Note[] {
  const prng = new Prng(seed);
  return Array.from({ length }, () => ({ wait: prng.pick([12, 24, 24, 48, 96]), pitch: 50 + prng.below(20) }));
}

function distance(a: Uint8Array, b: Uint8Array): number {
  const [x, y] = [melodyCodeV0(a).digest, melodyCodeV0(b).digest];
  return x.reduce((sum, byte, i) => sum + bitDistance(byte, y[i]!), 0);
}

describe("melody code", () => {
  const theme = tune("theme");
  const original = midi([events(theme)]);

  it("is the same in another key", () => {
    fc.assert(
      fc.property(fc.integer({ min: -40, max: 50 }), (semitones) => {
        const moved = theme.map(({ wait, pitch }) => ({ wait, pitch: pitch + semitones }));
        expect(distance(original, midi([events(moved)]))).to.equal(0);
      }),
    );
  });

  it("is the same in another tempo, written in ticks or stated", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), (factor) => {
        const slower = theme.map(({ wait, pitch }) => ({ wait: wait * factor, pitch }));
        expect(distance(original, midi([events(slower)]))).to.equal(0);
      }),
    );
    const stated = midi([[0, 0xff, 0x51, 3, 9, 0x27, 0xc0, ...events(theme)]]);
    expect(distance(original, stated)).to.equal(0);
  });

  it("does not care for drums, loudness, lower notes of a chord, or the order of voices", () => {
    const bass = events(tune("bass"), 1);
    const both = midi([events(theme), bass]);
    expect(distance(both, midi([bass, events(theme)]))).to.equal(0);
    expect(distance(both, midi([events(theme), bass, events(tune("drums"), 9)]))).to.equal(0);
    const chords = theme.flatMap(({ wait, pitch }) => [
      ...quantity(wait - 1),
      0x90,
      pitch - 7,
      40,
      0,
      0x90,
      pitch,
      99,
      1,
      0x80,
      pitch,
      0,
      0,
      0x80,
      pitch - 7,
      0,
    ]);
    expect(distance(original, midi([chords]))).to.equal(0);
  });

  it("stays near when a few notes change and is far for another tune", () => {
    const changed = theme.map((note, i) => (i % 40 === 20 ? { ...note, pitch: note.pitch + 1 } : note));
    expect(distance(original, midi([events(changed)]))).to.be.within(1, 60);
    const others = Array.from({ length: 20 }, (_, i) => distance(original, midi([events(tune(`other ${i}`))])));
    expect(Math.min(...others)).to.be.greaterThan(80);
  });

  it("reads running status, system messages and notes struck at no loudness", () => {
    const body = [
      0,
      0xf0,
      2,
      1,
      0xf7,
      0,
      0x90,
      60,
      9,
      5,
      60,
      0,
      5,
      62,
      9,
      0,
      0xc0,
      7,
      (300 >> 7) | 128,
      300 & 127,
      0x90,
      64,
      9,
    ];
    expect(midiVoices(midi([body]))).to.deep.equal([
      [
        { start: 0, pitch: 60 },
        { start: 10, pitch: 62 },
        { start: 310, pitch: 64 },
      ],
    ]);
  });

  it("is part of a MIDI file's fingerprint, outside its ISCC", async () => {
    const found = await fingerprint(original);
    expect(found.melody).to.equal(Buffer.from(melodyCodeV0(original).digest).toString("hex"));
    expect(found.iscc.content).to.equal(undefined);
  });

  it("refuses events that run over the end of their track", async () => {
    const cut = midi([[...events(theme.slice(0, 4)), 0, 0xff, 1, 99]]);
    await refusal("BROKEN_MEDIA", () => fingerprint(cut));
  });
});
