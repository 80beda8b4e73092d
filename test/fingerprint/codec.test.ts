import { expect } from "chai";
import fc from "fast-check";
import { decodeBase32, encodeBase32 } from "../../fingerprint/iscc/base32.ts";
import {
  decodeHeader,
  decodeIscc,
  encodeHeader,
  encodeUnit,
  MAIN_TYPE,
  SUB_TYPE,
} from "../../fingerprint/iscc/codec.ts";
import { bodyOfIsccCode, composeIsccCode, contentWordsOf, isccOfBody } from "../../fingerprint/iscc/iscc-code.ts";
import { refusal } from "./refusal.ts";

const unitBytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });

describe("ISCC codec", () => {
  it("writes base32 as RFC 4648 gives it, without padding", () => {
    const ascii = (text: string) => new TextEncoder().encode(text);
    const rfc = ["", "MY", "MZXQ", "MZXW6", "MZXW6YQ", "MZXW6YTB", "MZXW6YTBOI"];
    expect(rfc.map((_, i) => encodeBase32(ascii("foobar".slice(0, i))))).to.deep.equal(rfc);
  });

  it("reads base32 back in either case, and refuses what no bytes give", async () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(decodeBase32(encodeBase32(bytes))).to.deep.equal(new Uint8Array(bytes));
        expect(decodeBase32(encodeBase32(bytes).toLowerCase())).to.deep.equal(new Uint8Array(bytes));
      }),
    );
    await refusal("BAD_ISCC", () => decodeBase32("MZX1"));
    await refusal("BAD_ISCC", () => decodeBase32("A"));
    await refusal("BAD_ISCC", () => decodeBase32("MZ"));
  });

  it("spends 4, 8, 12 or 16 bits on a header value", () => {
    const bits = (mainType: number) => [...encodeHeader({ mainType, subType: 0, version: 0, length: 0 })];
    expect(bits(7)).to.deep.equal([0b0111_0000, 0]);
    expect(bits(8)).to.deep.equal([0b1000_0000, 0, 0]);
    expect(bits(71)).to.deep.equal([0b1011_1111, 0, 0]);
    expect(bits(72)).to.deep.equal([0b1100_0000, 0, 0]);
    expect(bits(583)).to.deep.equal([0b1101_1111, 0b1111_0000, 0]);
    expect(bits(584)).to.deep.equal([0b1110_0000, 0, 0, 0]);
  });

  it("reads every header back, with its size", () => {
    const value = fc.integer({ min: 0, max: 4679 });
    fc.assert(
      fc.property(value, value, value, value, (mainType, subType, version, length) => {
        const header = { mainType, subType, version, length };
        const bytes = encodeHeader(header);
        expect(decodeHeader(bytes)).to.deep.equal({ header, size: bytes.length });
      }),
    );
  });

  it("makes a unit's 64 bits the front of its 256", () => {
    fc.assert(
      fc.property(unitBytes(32), (digest) => {
        const long = decodeIscc(encodeUnit(MAIN_TYPE.data, 0, 256, digest)).body;
        expect(decodeIscc(encodeUnit(MAIN_TYPE.data, 0, 64, digest)).body).to.deep.equal(long.slice(0, 8));
      }),
    );
  });

  it("refuses a unit whose body is not as long as its header says", async () => {
    await refusal("BAD_ISCC", () => decodeIscc("ISCC:EAAQ"));
    await refusal("BAD_ISCC", () => encodeUnit(MAIN_TYPE.data, 0, 64, new Uint8Array(4)));
  });
});

describe("ISCC-CODE", () => {
  const unit = (mainType: number, subType: number) =>
    unitBytes(8).map((bytes) => encodeUnit(mainType, subType, 64, bytes));
  const units = fc.record(
    {
      meta: unit(MAIN_TYPE.meta, 0),
      content: fc.oneof(unit(MAIN_TYPE.content, SUB_TYPE.image), unit(MAIN_TYPE.content, SUB_TYPE.text)),
      data: unit(MAIN_TYPE.data, 0),
      instance: unit(MAIN_TYPE.instance, 0),
    },
    { requiredKeys: ["data", "instance"] },
  );

  it("gives code and units back from the 32 bytes and the header that the chain stores", () => {
    fc.assert(
      fc.property(units, (given) => {
        const code = composeIsccCode(Object.values(given).toReversed());
        const { body, header } = bodyOfIsccCode(code);
        expect(body).to.match(/^0x[0-9a-f]{64}$/u);
        expect(isccOfBody(body, header)).to.deep.equal({ code, units: given });
        const words = contentWordsOf(body, header);
        if (given.content === undefined) expect(words).to.equal(null);
        else {
          const view = new DataView(decodeIscc(given.content).body.buffer);
          expect(words).to.include({ high: view.getUint32(0), low: view.getUint32(4) });
        }
      }),
    );
  });

  it("names the medium and the units in its header", () => {
    const [meta, content, data, instance] = fc.sample(
      fc.tuple(unit(0, 0), unit(MAIN_TYPE.content, SUB_TYPE.image), unit(3, 0), unit(4, 0)),
      { numRuns: 1, seed: 1 },
    )[0]!;
    const header = (...parts: string[]) => bodyOfIsccCode(composeIsccCode(parts)).header;
    expect(header(meta, content, data, instance)).to.equal(0x5105);
    expect(header(content, data, instance)).to.equal(0x5101);
    expect(header(meta, data, instance)).to.equal(0x5604);
    expect(header(data, instance)).to.equal(0x5500);
  });

  it("refuses a code without data or instance, with a unit twice, or with half a unit", async () => {
    const zero = new Uint8Array(32);
    const data = encodeUnit(MAIN_TYPE.data, 0, 64, zero);
    const instance = encodeUnit(MAIN_TYPE.instance, 0, 64, zero);
    await refusal("BAD_ISCC", () => composeIsccCode([data]));
    await refusal("BAD_ISCC", () => composeIsccCode([data, data, instance]));
    await refusal("BAD_ISCC", () => composeIsccCode([encodeUnit(MAIN_TYPE.data, 0, 32, zero), instance]));
  });

  it("refuses a body with something behind its last unit, and a header that is none", async () => {
    await refusal("BAD_ISCC", () => isccOfBody(`0x${"00".repeat(31)}01`, 0x5101));
    await refusal("BAD_ISCC", () => isccOfBody(`0x${"00".repeat(32)}`, 0x0101));
    await refusal("BAD_ISCC", () => contentWordsOf(`0x${"00".repeat(32)}`, 0));
  });
});
