import { expect } from "chai";
import fc from "fast-check";
import { Prng } from "../../common/prng.ts";
import { bitDistance } from "../../fingerprint/search/bit-distance.ts";
import { decodeIscc } from "../../fingerprint/iscc/codec.ts";
import { dataUnit } from "../../fingerprint/iscc/data-unit.ts";
import { imageUnit } from "../../fingerprint/iscc/image-unit.ts";
import { instanceUnit } from "../../fingerprint/iscc/instance-unit.ts";
import { metaUnit } from "../../fingerprint/iscc/meta-unit.ts";
import { textHash, textUnit } from "../../fingerprint/iscc/text-unit.ts";
import { cleanText, collapseText, singleLine, trimText } from "../../fingerprint/text/normalize-text.ts";
import { refusal } from "./refusal.ts";

function distance(a: string, b: string): number {
  const [x, y] = [decodeIscc(a).body, decodeIscc(b).body];
  return x.reduce((sum, byte, i) => sum + bitDistance(byte, y[i]!), 0);
}

/** Bytes of the generator x -> 1664525 x + 1013904223 (mod 2^32) from 12345: the top byte of each state. */
function lcgBytes(length: number): Uint8Array {
  let x = 12345;
  return Uint8Array.from({ length }, () => (x = (Math.imul(x, 1664525) + 1013904223) >>> 0) >>> 24);
}

/** Sentences of made-up words. */
function prose(seed: string, words: number): string[] {
  const prng = new Prng(seed);
  return Array.from({ length: words }, () =>
    Array.from({ length: 2 + prng.below(7) }, () => String.fromCharCode(97 + prng.below(26))).join(""),
  );
}

// The data and text units below were computed by a second implementation, in Python, from the standard's text.
describe("ISCC data unit", () => {
  it("equals an independent implementation on 3 MB, 2851 chunks", () => {
    expect(dataUnit(lcgBytes(3_000_017), 256)).to.equal("ISCC:GAD4MKHCSXFJRQXLO7GASOVUFEFWMK7MIV2HKUE45XBPFT2FJMMFCUI");
  });

  it("stays close when bytes are inserted, and is far for other data", () => {
    const bytes = lcgBytes(400_000);
    const changed = new Uint8Array([...bytes.subarray(0, 1000), 1, 2, 3, ...bytes.subarray(1000)]);
    expect(distance(dataUnit(bytes, 256), dataUnit(changed, 256))).to.be.lessThan(16);
    expect(distance(dataUnit(bytes, 256), dataUnit(bytes.toReversed(), 256))).to.be.greaterThan(90);
  });
});

describe("ISCC text unit", () => {
  const mixed =
    "春眠不觉晓，处处闻啼鸟。Spring sleep: unaware of dawn — Ünïcödé ﬁne, ΣΊΣΥΦΟΣ 𝔘𝔫𝔦 🎨🎨 ½ Ⅷ\r\n\tİstanbul ÅÅ e\u0301é \u200bend.";

  it("collapses every script as the reference does", () => {
    expect(collapseText(mixed)).to.equal(
      "春眠不觉晓处处闻啼鸟springsleepunawareofdawnunicodefineσισυφοσUni🎨🎨1⁄2viiiistanbulaaeeend",
    );
  });

  it("equals an independent implementation, windows counted in characters, not UTF-16 units", () => {
    expect(textUnit(mixed, 256)).to.equal("ISCC:EADZY2F2NJFKNEE6IH42XL3EZHTJIZ2YS6YYOSPZJFAXXXKTEUGKGHI");
    expect(textHash(mixed)).to.include({ characters: 79, windows: 67 });
  });

  it("ignores case, space, accents and punctuation", () => {
    const words = prose("plain", 300);
    const shouted = words.map((word) => `${word.toUpperCase()}!`).join("\r\n");
    expect(textUnit(shouted, 256)).to.equal(textUnit(words.join(" "), 256));
  });

  it("moves with the share of words replaced", () => {
    const words = prose("original", 2000);
    const prng = new Prng("edit");
    const edited = (share: number) => words.map((word) => (prng.float() < share ? "replaced" : word)).join(" ");
    const code = textUnit(words.join(" "), 256);
    expect(distance(code, textUnit(edited(0.01), 256))).to.be.within(1, 40);
    expect(distance(code, textUnit(edited(0.2), 256))).to.be.within(50, 115);
    expect(distance(code, textUnit(prose("another", 2000).join(" "), 256))).to.be.greaterThan(95);
  });

  it("has a code for a text of any length", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), (text) => {
        expect(decodeIscc(textUnit(text)).body).to.have.length(8);
      }),
    );
  });
});

describe("ISCC meta unit", () => {
  it("is pinned: a change of it would orphan every registered title", () => {
    expect(metaUnit({ name: "Colophon for a house" })).to.equal("ISCC:AAAUC6NN5ZI3GOGB");
    const description = "Who made it, how, and with whose permission.";
    expect(metaUnit({ name: "Colophon for a house", description }, 256)).to.equal(
      "ISCC:AADUC6NN52ZGGAH5KGZTRQLT5O4N2X4ESUTRQN57C5FFTZAJDORDBCI",
    );
  });

  it("keeps the title's bits apart from the description's", () => {
    const words = (unit: string) => decodeIscc(unit).body;
    const plain = words(metaUnit({ name: "The Clock Mender" }));
    const described = words(metaUnit({ name: "The Clock Mender", description: "A tale" }));
    expect(described.slice(0, 4)).to.deep.equal(plain.slice(0, 4));
    expect(described.slice(4)).not.to.deep.equal(plain.slice(4));
  });

  it("reads a JSON object by its canonical text, and a data URL by its bytes", () => {
    const name = "Object";
    const sorted = metaUnit({ name, meta: { a: 1, b: "x" } });
    expect(metaUnit({ name, meta: { b: "x", a: 1 } })).to.equal(sorted);
    expect(metaUnit({ name, meta: `data:application/json;base64,${btoa('{"a":1,"b":"x"}')}` })).to.equal(sorted);
    expect(metaUnit({ name, meta: `data:application/json,${encodeURIComponent('{"a":1,"b":"x"}')}` })).to.equal(sorted);
  });

  it("refuses a title without a visible character", async () => {
    await refusal("EMPTY_TITLE", () => metaUnit({ name: " \u200b\n " }));
  });
});

describe("text cleaning", () => {
  it("keeps at most two newlines in a row and no other control character", () => {
    expect(cleanText("  a\r\n\n\nb\u0007\u2028c ﬁ  ")).to.equal("a\n\nb\nc fi");
  });

  it("puts a title on one line", () => {
    expect(singleLine(" a \n\t b\u00a0\u3000c ")).to.equal("a b c");
  });

  it("cuts at a character, never inside one", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), fc.nat(40), (text, bytes) => {
        const cut = trimText(text, bytes);
        expect(new TextEncoder().encode(cut).length).to.be.at.most(bytes);
        expect(text).to.include(cut);
      }),
    );
  });
});

describe("ISCC instance unit", () => {
  it("is the front of BLAKE3, as its authors' test vectors give it", () => {
    // BLAKE3 test vectors: input_len 0 and 1 (bytes 0, 1, 2, ...).
    const body = (bytes: Uint8Array) =>
      [...decodeIscc(instanceUnit(bytes)).body].map((b) => b.toString(16).padStart(2, "0")).join("");
    expect(body(new Uint8Array())).to.equal("af1349b9f5f9a1a6");
    expect(body(Uint8Array.of(0))).to.equal("2d3adedff11b61f1");
  });
});

describe("ISCC image unit", () => {
  it("has no bit set for black, and only the sum's for white", () => {
    expect([...decodeIscc(imageUnit(new Uint8Array(1024))).body]).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0]);
    expect([...decodeIscc(imageUnit(new Uint8Array(1024).fill(255))).body]).to.deep.equal([0x80, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("sets half the bits of each window of a picture whose coefficients differ", () => {
    const prng = new Prng("noise");
    const { body } = decodeIscc(
      imageUnit(
        Uint8Array.from({ length: 1024 }, () => prng.below(256)),
        256,
      ),
    );
    for (let window = 0; window < 4; window++) {
      const bits = body.slice(window * 8, window * 8 + 8).reduce((sum, byte) => sum + bitDistance(byte, 0), 0);
      expect(bits).to.equal(32);
    }
  });

  it("does not see brightness and contrast", () => {
    const prng = new Prng("tone");
    const gray = Uint8Array.from({ length: 1024 }, () => 40 + 2 * prng.below(60));
    const dim = gray.map((level) => level / 2 + 60);
    expect(distance(imageUnit(gray), imageUnit(dim))).to.equal(0);
  });
});
