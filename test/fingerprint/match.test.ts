import { expect } from "chai";
import fc from "fast-check";
import sharp from "sharp";
import type { Hash } from "../../common/digest.ts";
import { Prng } from "../../common/prng.ts";
import { chromaprint } from "../../fingerprint/audio/chromaprint.ts";
import { audioFeatures } from "../../fingerprint/match/audio-features.ts";
import { compareAudio } from "../../fingerprint/match/compare-audio.ts";
import { compareTexts } from "../../fingerprint/match/compare-texts.ts";
import { decodeFeatures, encodeFeatures, matchFeatures } from "../../fingerprint/match/match-features.ts";
import { MatchIndex } from "../../fingerprint/match/match-index.ts";
import { textFeatures } from "../../fingerprint/match/text-features.ts";
import { unsearchable } from "../../fingerprint/match/unsearchable.ts";
import { fingerprint, FingerprintIndex } from "../../fingerprint/node.ts";
import { encoded, featuresOf, picture } from "./pictures.ts";
import { refusal } from "./refusal.ts";

const WORDS =
  "sea tide moon lamp river stone letter winter garden clock window thread harbor morning paper silver".split(" ");
const story = (seed: string, length: number): string => {
  const prng = new Prng(seed);
  return Array.from({ length }, () => `${prng.pick(WORDS)}${prng.below(50)}`).join(" ");
};

describe("comparing texts", () => {
  it("estimates what share of the smaller text the other holds", () => {
    const whole = story("whole", 4000);
    const part = whole.slice(9000, 21000);
    const other = story("other", 1000);
    expect(compareTexts(textFeatures(part), textFeatures(whole)).containment).to.equal(1);
    expect(compareTexts(textFeatures(`${part} ${other}`), textFeatures(whole)).containment).to.be.closeTo(
      12000 / 19500,
      0.08,
    );
    expect(compareTexts(textFeatures(other), textFeatures(whole)).containment).to.be.lessThan(0.05);
  });

  it("equals a count over all passages when both texts are small", () => {
    const passages = (text: string): Set<string> => {
      const plain = text.toLowerCase().replace(/[^a-z0-9]/g, "");
      return new Set(Array.from({ length: plain.length - 12 }, (_, i) => plain.slice(i, i + 13)));
    };
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e6), fc.nat(60), (a, b, common) => {
        const shared = story("common", common + 3);
        const [left, right] = [`${story(`a${a}`, 40)} ${shared}`, `${shared} ${story(`b${b}`, 30)}`];
        const [x, y] = [passages(left), passages(right)];
        const both = [...x].filter((passage) => y.has(passage)).length;
        const found = compareTexts(textFeatures(left), textFeatures(right));
        expect(found.shared).to.equal(both);
        expect(found.containment).to.be.closeTo(both / Math.min(x.size, y.size), 1e-9);
      }),
      { numRuns: 40 },
    );
  });

  it("finds an excerpt and a reworded copy among others, and no stranger", () => {
    const index = new MatchIndex();
    for (let i = 0; i < 30; i++) index.add(`story ${i}`, textFeatures(story(`story ${i}`, 800)));
    const words = story("story 7", 800).split(" ");
    const prng = new Prng("reword");
    const reworded = words.map((word) => (prng.below(5) === 0 ? prng.pick(WORDS) : word)).join(" ");
    for (const copy of [reworded, words.slice(300, 700).join(" "), words.join("\n").toUpperCase()]) {
      expect(index.query(textFeatures(copy)).matches.map(({ key, judgement }) => [key, judgement])).to.deep.equal([
        ["story 7", "very-likely-same"],
      ]);
    }
    expect(index.query(textFeatures(story("stranger", 800))).matches).to.deep.equal([]);
    index.remove("story 7");
    expect(index.query(textFeatures(reworded)).matches).to.deep.equal([]);
    expect(index.query(textFeatures(reworded)).candidates).not.to.include("story 7");
    expect(unsearchable(textFeatures("Too short."))).to.match(/^The text is too short/);
  });
});

describe("comparing sounds", () => {
  const RATE = 11025;
  /** A tune of chords, a new one every 0.4 s, with some noise. */
  function tune(seed: string, seconds: number): Int16Array {
    const prng = new Prng(seed);
    const samples = new Int16Array(seconds * RATE);
    let chord: number[] = [];
    for (let i = 0; i < samples.length; i++) {
      if (i % Math.round(0.4 * RATE) === 0) chord = [0, 1, 2].map(() => 110 * 2 ** (prng.below(36) / 12));
      let x = 300 * (prng.float() - 0.5);
      for (const pitch of chord) x += 5000 * Math.sin((2 * Math.PI * pitch * i) / RATE);
      samples[i] = x;
    }
    return samples;
  }
  const features = async (samples: Int16Array) =>
    audioFeatures(await chromaprint({ sampleRate: RATE, channels: 1, blocks: [samples] }));

  it("finds a cut, quiet and noisy copy where it lies, at its tempo, and no other tune", async () => {
    const index = new MatchIndex();
    for (let i = 0; i < 8; i++) index.add(`tune ${i}`, await features(tune(`tune ${i}`, 40)));
    const prng = new Prng("noise");
    const copy = tune("tune 3", 40)
      .slice(9 * RATE, 31 * RATE)
      .map((x) => x * 0.4 + 250 * (prng.float() - 0.5));
    const { matches } = index.query(await features(copy));
    expect(matches.map(({ key, judgement }) => [key, judgement])).to.deep.equal([["tune 3", "very-likely-same"]]);
    const found = compareAudio(await features(copy), await features(tune("tune 3", 40)));
    expect(found.tempo).to.be.closeTo(1, 0.01);
    expect(found.found / found.pieces).to.be.greaterThan(0.8);
    expect(index.query(await features(tune("stranger", 40))).matches).to.deep.equal([]);
  });

  it("follows another tempo along its line", () => {
    const prng = new Prng("values");
    // A value changes every fourth place, as Chromaprint's overlap.
    const values = Int32Array.from({ length: 400 }, () => 0);
    for (let i = 0; i < 400; i++) values[i] = i % 4 ? values[i - 1]! ^ (1 << prng.below(32)) : prng.uint32() | 0;
    const faster = Int32Array.from({ length: 388 }, (_, i) => values[Math.round(i * 1.03)]!);
    const found = compareAudio(audioFeatures(faster), audioFeatures(values));
    expect(found.tempo).to.be.closeTo(1.03, 0.01);
    expect(found.found).to.be.greaterThan(8);
  });

  it("does not search for silence or a moment, and says why", async () => {
    expect(unsearchable(await features(new Int16Array(20 * RATE)))).to.match(/hardly changes|too short/);
    expect(unsearchable(await features(tune("moment", 5)))).to.match(/^The sound is too short/);
  });
});

describe("features as bytes", () => {
  it("come back the same, for each medium", async () => {
    for (const features of [
      await featuresOf(picture("bytes").extend({ top: 50, background: "#fff" }).png()),
      textFeatures(story("bytes", 3000)),
      audioFeatures(Int32Array.from({ length: 500 }, (_, i) => i * 0x1234567)),
    ]) {
      const back = decodeFeatures(encodeFeatures(features));
      expect(encodeFeatures(back)).to.deep.equal(encodeFeatures(features));
      expect(back.kind).to.equal(features.kind);
      if (back.kind === "text" && features.kind === "text") expect(back).to.deep.equal(features);
      if (back.kind === "audio" && features.kind === "audio") expect(back).to.deep.equal(features);
    }
  });

  it("are refused when they are none, whatever they are", async () => {
    const good = encodeFeatures(textFeatures(story("refused", 100)));
    await refusal("BAD_FEATURES", () => decodeFeatures(good.subarray(0, good.length - 1)));
    await refusal("BAD_FEATURES", () => decodeFeatures(Uint8Array.of(...good.subarray(0, 12), 9, 0, 0, 0, 9, 0, 0, 0)));
    const flat = await featuresOf(picture("flat").png());
    for (const sides of [{ width: 0 }, { height: 0 }, { width: 2 ** 31 }]) {
      await refusal("BAD_FEATURES", () => decodeFeatures(encodeFeatures({ ...flat, ...sides })));
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeFeatures(bytes);
        } catch (error) {
          expect((error as { code?: string }).code).to.equal("BAD_FEATURES");
        }
      }),
    );
  });
});

describe("an index that knows features", () => {
  it("lets them decide where both sides' are known, and the codes elsewhere", async () => {
    const index = new FingerprintIndex();
    const original = await encoded(picture("known").png());
    const print = await fingerprint(original);
    index.add("seen", { ...print, features: await matchFeatures(original) });
    index.add("unseen", { ...print, sha256: `0x${"77".repeat(32)}` });
    // The same code on chain, but another picture behind it.
    const liar: Hash = `0x${"88".repeat(32)}`;
    index.add("liar", { ...print, sha256: liar });
    index.learn(liar, await featuresOf(picture("another").png()));
    const bytes = await encoded(picture("known").jpeg({ quality: 50 }));
    const copy = { ...(await fingerprint(bytes)), features: await matchFeatures(bytes) };
    expect(index.query(copy).map(({ id, verdict, verified }) => ({ id, verdict, verified }))).to.deep.equal([
      { id: "seen", verdict: "very-likely-same", verified: true },
      { id: "unseen", verdict: "very-likely-same", verified: false },
    ]);
    expect(index.query({ ...copy, features: null }).map(({ id }) => id)).to.deep.equal(["liar", "seen", "unseen"]);
    index.remove("seen");
    expect(index.query(copy).map(({ id }) => id)).to.deep.equal(["unseen"]);
  });

  it("finds by features what codes do not: a corner of a picture, in a mirror", async () => {
    const index = new FingerprintIndex();
    const original = await encoded(picture("whole", 320, 240).png());
    index.add("whole", { ...(await fingerprint(original)), features: await matchFeatures(original) });
    const corner = sharp(await encoded(picture("whole", 320, 240).flop().png())).extract({
      left: 0,
      top: 0,
      width: 262,
      height: 196,
    });
    const bytes = await encoded(corner.jpeg({ quality: 80 }));
    const query = await fingerprint(bytes);
    expect(index.query(query)).to.deep.equal([]);
    expect(index.query({ ...query, features: await matchFeatures(bytes) })[0]).to.include({
      id: "whole",
      verdict: "very-likely-same",
      verified: true,
    });
  });
});
