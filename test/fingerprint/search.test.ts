import { expect } from "chai";
import fc from "fast-check";
import type { Hash } from "../../common/digest.ts";
import { Prng } from "../../common/prng.ts";
import type { WorkKind } from "../../common/work-kind.ts";
import { bitDistance, fingerprint, type FingerprintEntry, FingerprintIndex } from "../../fingerprint/node.ts";
import { encoded, picture } from "./pictures.ts";
import { refusal } from "./refusal.ts";

const HEADERS: Partial<Record<WorkKind, number>> = { image: 0x5105, text: 0x5005, music: 0x5604 };
const prng = new Prng("search");
const hex8 = (word: number): string => word.toString(16).padStart(8, "0");
const randomHash = (): Hash => `0x${Array.from({ length: 8 }, () => hex8(prng.uint32())).join("")}`;

/** An entry whose content unit is the two words given. */
function entry(high: number, low: number, kind: WorkKind = "image", sha256: Hash = randomHash()): FingerprintEntry {
  return {
    kind,
    sha256,
    iscc: { body: `0x${"11".repeat(8)}${hex8(high)}${hex8(low)}${"22".repeat(16)}`, header: HEADERS[kind]! },
  };
}

/** A 64-bit code with half its bits set, near enough. */
const code = (): [number, number] => [prng.uint32(), prng.uint32()];

/** The code with `bits` of its 64 bits flipped. */
function flipped([high, low]: [number, number], bits: number): [number, number] {
  const places = prng.shuffle(Array.from({ length: 64 }, (_, i) => i)).slice(0, bits);
  for (const place of places) {
    if (place < 32) high = (high ^ (1 << place)) >>> 0;
    else low = (low ^ (1 << (place - 32))) >>> 0;
  }
  return [high, low];
}

describe("FingerprintIndex", () => {
  it("finds exactly what comparing with every code finds, after any adds, replacements and removals", () => {
    const word = fc.constantFrom(0x0f0f3333, 0x0f0f3331, 0x0f0f3f33, 0xf00f3333, 0x55553333, 0x0fff3333, 0x00ff33cc);
    const step = fc.record({ id: fc.nat(12), remove: fc.boolean(), high: word, low: word });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), word, word, (steps, high, low) => {
        const index = new FingerprintIndex();
        const model = new Map<string, [number, number]>();
        for (const { id, remove, ...words } of steps) {
          if (remove) {
            index.remove(String(id));
            model.delete(String(id));
          } else {
            index.add(String(id), entry(words.high, words.low));
            model.set(String(id), [words.high, words.low]);
          }
        }
        const expected = [...model]
          .map(([id, words]) => ({ id, distance: bitDistance(words[0], high) + bitDistance(words[1], low) }))
          .filter(({ distance }) => distance <= 12)
          .sort((a, b) => a.distance - b.distance || Number(a.id) - Number(b.id))
          .map(({ id, distance }) => ({
            id,
            distance,
            bits: 64,
            verdict: distance <= 8 ? "very-likely-same" : "looks-similar",
            verified: false,
          }));
        expect(index.query(entry(high, low))).to.deep.equal(expected);
        expect(index.size).to.equal(model.size);
      }),
    );
  });

  it("finds planted neighbours among 100 000 works, and nothing else", () => {
    const index = new FingerprintIndex();
    const [target, ...others] = Array.from({ length: 100_000 }, code);
    others.forEach((words, i) => index.add(`w${i}`, entry(...words)));
    for (const distance of [0, 5, 8, 9, 12, 13]) index.add(`near${distance}`, entry(...flipped(target!, distance)));
    const found = index.query(entry(...target!));
    expect(
      found.filter(({ id }) => id.startsWith("near")).map(({ distance, verdict }) => `${distance} ${verdict}`),
    ).to.deep.equal([
      "0 very-likely-same",
      "5 very-likely-same",
      "8 very-likely-same",
      "9 looks-similar",
      "12 looks-similar",
    ]);
    expect(found.length).to.be.at.most(6);
  });

  it("puts the same file first, whatever its kind, and lists it once", () => {
    const index = new FingerprintIndex();
    const words = code();
    const sha256 = randomHash();
    index.add("near", entry(...words));
    index.add("same", entry(...flipped(words, 2), "image", sha256));
    expect(index.query(entry(...words, "image", sha256))).to.deep.equal([
      { id: "same", verdict: "same-file", distance: 0, bits: 256, verified: true },
      { id: "near", verdict: "very-likely-same", distance: 0, bits: 64, verified: false },
    ]);
    index.add("song", entry(0, 0, "music", sha256));
    expect(index.query(entry(0, 0, "music", sha256)).map(({ id }) => id)).to.deep.equal(["same", "song"]);
    index.remove("same");
    expect(index.query(entry(...words, "image", sha256))[0]!.id).to.equal("song");
  });

  it("never compares a picture with a text", () => {
    const index = new FingerprintIndex();
    const words = code();
    index.add("text", entry(...words, "text"));
    expect(index.query(entry(...words))).to.deep.equal([]);
    expect(index.query(entry(...words, "text"))).to.have.length(1);
  });

  it("keeps out what is too plain, declared or seen", () => {
    const index = new FingerprintIndex();
    index.add("black", entry(0, 0));
    index.add("declared", { ...entry(0x0f0f0f0f, 0x33333333), searchable: false });
    expect(index.query(entry(0, 0))).to.deep.equal([]);
    expect(index.query(entry(0x0f0f0f0f, 0x33333333))).to.deep.equal([]);
    index.add("clear", entry(0x0f0f0f0f, 0x33333333));
    expect(index.query({ ...entry(0x0f0f0f0f, 0x33333333), searchable: false })).to.deep.equal([]);
  });

  it("counts the nearest of a query's alternates", async () => {
    const index = new FingerprintIndex();
    const words = code();
    index.add("work", entry(...words));
    const far = entry(...flipped(words, 30));
    expect(index.query(far)).to.deep.equal([]);
    const alternates = [flipped(words, 11), flipped(words, 3)].map((pair) => pair.map(hex8).join(""));
    expect(index.query({ ...far, alternates })).to.deep.equal([
      { id: "work", verdict: "very-likely-same", distance: 3, bits: 64, verified: false },
    ]);
    await refusal("BAD_ISCC", () => index.query({ ...far, alternates: ["zz"] }));
  });

  it("returns no more than asked for", () => {
    const index = new FingerprintIndex();
    const words = code();
    for (let i = 0; i < 20; i++) index.add(String(i), entry(...words));
    expect(index.query(entry(...words), { limit: 3 }).map(({ id }) => id)).to.deep.equal(["0", "1", "2"]);
  });
});

describe("look-alikes of real encodings", () => {
  const index = new FingerprintIndex();
  const seeds = Array.from({ length: 12 }, (_, i) => `look-alike ${i}`);
  const framed = (seed: string) =>
    picture(seed, 160, 120).extend({ top: 60, bottom: 90, left: 30, right: 50, background: "#f4efe4" });

  before(async () => {
    for (const seed of seeds) index.add(seed, await fingerprint(await encoded(picture(seed).png())));
    for (const seed of seeds)
      index.add(`framed ${seed}`, await fingerprint(await encoded(framed(`framed ${seed}`).png())));
  });

  it("finds a picture saved as JPEG q50, WebP q40, half its size, or gray, and only that picture", async () => {
    for (const seed of seeds.slice(0, 8)) {
      for (const copy of [
        picture(seed).jpeg({ quality: 50 }),
        picture(seed).webp({ quality: 40 }),
        picture(seed).resize(160).png(),
        picture(seed).grayscale().jpeg({ quality: 80 }),
      ]) {
        const matches = index.query(await fingerprint(await encoded(copy)));
        expect(matches.map(({ id, verdict }) => ({ id, verdict }))).to.deep.equal([
          { id: seed, verdict: "very-likely-same" },
        ]);
      }
    }
  });

  it("finds a lossy copy of a framed picture, whose frame the standard trims from the original alone", async () => {
    for (const seed of seeds.slice(0, 6).map((name) => `framed ${name}`)) {
      const copy = await fingerprint(await encoded(framed(seed).jpeg({ quality: 50 })));
      expect(index.query(copy)[0]).to.include({ id: seed, verdict: "very-likely-same" });
      expect(index.query({ ...copy, alternates: [] })).to.deep.equal([]);
    }
  });

  it("finds nothing for pictures that were never registered", async () => {
    for (let i = 0; i < 12; i++) {
      expect(
        index.query(await fingerprint(await encoded(picture(`stranger ${i}`).jpeg({ quality: 70 })))),
      ).to.deep.equal([]);
    }
  });
});
