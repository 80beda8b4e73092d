import { expect } from "chai";
import { fingerprint } from "../../fingerprint/node.ts";
import { compose } from "../../scripts/seed/music/compose.ts";
import { midiFile } from "../../scripts/seed/music/midi-file.ts";
import { MOODS, type MoodName } from "../../scripts/seed/music/moods.ts";
import { secondsAt, TICKS } from "../../scripts/seed/music/score.ts";
import { SAMPLE_RATE, synthesize, waveFile } from "../../scripts/seed/music/synthesizer.ts";
import { parseMidi } from "./parse-midi.ts";

const NAMES = Object.keys(MOODS) as MoodName[];

describe("seed market: melodies", function () {
  this.timeout(60_000);

  it("are written as MIDI files that hold exactly the notes of the score", () => {
    for (const name of NAMES) {
      const score = compose("test", name);
      const file = parseMidi(midiFile(score));
      expect(file.format).to.equal(1);
      expect(file.ticksPerQuarter).to.equal(TICKS);
      expect(file.tempo).to.be.closeTo(60_000_000 / score.tempo, 1);
      expect(file.meter).to.deep.equal([...score.meter]);
      const order = (a: readonly number[], b: readonly number[]) =>
        [0, 2, 1, 3].reduce((sum, k) => sum || (a[k] as number) - (b[k] as number), 0);
      const wanted = score.notes.map((n) => [n.start, n.length, n.pitch, n.velocity]).sort(order);
      expect(file.notes.sort(order), name).to.deep.equal(wanted);
    }
  });

  it("keep to their scale and come home to the tonic", () => {
    for (const name of NAMES) {
      const mood = MOODS[name];
      for (const seed of ["a", "b", "c"]) {
        const melody = compose(seed, name).notes.filter((note) => note.voice === "melody");
        const classes = mood.scale.map((step) => (mood.tonic + step) % 12);
        for (const note of melody) expect(classes, name).to.include(note.pitch % 12);
        expect((melody.at(-1)?.pitch ?? 0) % 12, name).to.equal(mood.tonic % 12);
        const pitches = melody.map((note) => note.pitch);
        expect(Math.max(...pitches) - Math.min(...pitches), name).to.be.within(4, 26);
        expect(new Set(pitches).size, name).to.be.at.least(4);
      }
    }
  });

  it("fill eight bars without a gap or an overlap in the melody", () => {
    for (const name of NAMES) {
      const score = compose("test", name);
      const [beats, unit] = score.meter;
      expect(score.length).to.equal((8 * beats * TICKS * 4) / unit);
      let end = 0;
      for (const note of score.notes.filter(({ voice }) => voice === "melody")) {
        expect(note.start, name).to.be.within(end - 1, end + TICKS / 4);
        end = note.start + Math.round(note.length / 0.94);
      }
      expect(end).to.be.closeTo(score.length, 4);
    }
  });

  it("sound: audible, unclipped, 10 to 23 seconds, under one MiB", async () => {
    for (const name of NAMES) {
      const score = compose("test", name);
      const samples = synthesize(score, "test");
      const seconds = samples.length / SAMPLE_RATE;
      expect(seconds, name).to.be.within(10, 23);
      expect(seconds).to.be.greaterThan(secondsAt(score, score.length));
      const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      const power = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
      expect(peak, name).to.be.within(0.85, 0.9);
      expect(power, name).to.be.within(0.05, 0.35);
      const bytes = waveFile(samples);
      expect(bytes.length, name).to.be.lessThan(1024 * 1024);
      expect((await fingerprint(bytes)).mediaType).to.equal("audio/wav");
    }
  });
});
