import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import fc from "fast-check";
import { Prng } from "../../common/prng.ts";
import { decodeIscc } from "../../fingerprint/iscc/codec.ts";
import { DataHasher, dataHash } from "../../fingerprint/iscc/data-unit.ts";
import { evalVectors, type VectorFile } from "../../fingerprint/iscc/eval-vectors.ts";
import { isccSelfTest } from "../../fingerprint/iscc/self-test.ts";
import { SELF_TEST_CODES } from "../../fingerprint/iscc/self-test-codes.ts";
import {
  audioCodeV0,
  dataCodeV0,
  imageCodeV0,
  instanceCodeV0,
  metaCodeV0,
  mixedCodeV0,
  textCodeV0,
  videoCodeV0,
} from "../../fingerprint/iscc/v0.ts";
import { refusal } from "./refusal.ts";

const run = promisify(execFile);

function noise(seed: string, length: number): Uint8Array {
  const prng = new Prng(seed);
  return Uint8Array.from({ length }, () => prng.below(256));
}

/** The same bytes in pieces whose ends are given as shares of the whole. */
function cutAt(bytes: Uint8Array, shares: readonly number[]): Uint8Array[] {
  const ends = shares.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

const bodyHex = (iscc: string): string => Buffer.from(decodeIscc(iscc).body).toString("hex");

describe("ISCC streams", () => {
  const bytes = noise("stream", 300_000);

  it("give the same data and instance codes in any pieces", () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
    const whole = { data: dataCodeV0(bytes, 256), instance: instanceCodeV0(bytes, 256) };
    fc.assert(
      fc.property(shares, (list) => {
        const pieces = cutAt(bytes, list);
        expect(dataCodeV0(pieces, 256)).to.deep.equal(whole.data);
        expect(instanceCodeV0(pieces, 256)).to.deep.equal(whole.instance);
      }),
      { numRuns: 40 },
    );
  });

  it("give the same data hash around every size of chunk and window", () => {
    for (const length of [0, 1, 255, 256, 257, 8191, 8192, 8193, 131_071, 131_072, 131_073]) {
      const part = bytes.subarray(0, length);
      const hasher = new DataHasher();
      for (let at = 0; at < length; at += 4096) hasher.update(part.subarray(at, at + 4096));
      expect(hasher.digest(), String(length)).to.deep.equal(dataHash(part));
    }
  });

  it("hash several files at once without mixing them", () => {
    const hashers = [1, 2, 3].map(() => new DataHasher());
    for (let at = 0; at < bytes.length; at += 10_000) {
      hashers.forEach((hasher, i) => hasher.update(bytes.subarray(at, at + 10_000 - i)));
    }
    const digests = hashers.map((hasher) => Buffer.from(hasher.digest()).toString("hex"));
    expect(new Set(digests).size).to.equal(3);
    expect(digests[0]).to.equal(Buffer.from(dataHash(bytes)).toString("hex"));
  });
});

describe("ISCC lengths", () => {
  it("are 64 to 256 bits in steps of 32, a shorter code the front of a longer one", () => {
    const gray = noise("gray", 1024);
    const chromaprint = Int32Array.from(noise("chroma", 99), (x) => x * 16_777_259);
    const frames = [noise("frame", 380), noise("other frame", 380)];
    const codes: ((bits: number) => { iscc: string })[] = [
      (bits) => metaCodeV0({ name: "Lengths", description: "of codes" }, bits),
      (bits) => textCodeV0("Of all lengths, the shortest that does.", bits),
      (bits) => imageCodeV0(gray, bits),
      (bits) => audioCodeV0(chromaprint, bits),
      (bits) => videoCodeV0(frames, bits),
      (bits) => dataCodeV0(gray, bits),
      (bits) => instanceCodeV0(gray, bits),
    ];
    for (const code of codes) {
      const longest = bodyHex(code(256).iscc);
      for (let bits = 64; bits <= 256; bits += 32) {
        expect(bodyHex(code(bits).iscc)).to.equal(longest.slice(0, bits / 4));
      }
    }
  });

  it("of any other number are refused", async () => {
    for (const bits of [0, 32, 63, 65, 100, 288, Number.NaN]) {
      await refusal("BAD_ISCC", () => dataCodeV0(new Uint8Array(9), bits));
      await refusal("BAD_ISCC", () => metaCodeV0({ name: "x" }, bits));
      await refusal("BAD_ISCC", () => instanceCodeV0(new Uint8Array(9), bits));
    }
  });
});

describe("ISCC audio code", () => {
  it("keeps each part apart: all, four quarters in time, three thirds by value", () => {
    const words = (values: number[]) => {
      const view = new DataView(decodeIscc(audioCodeV0(Int32Array.from(values), 256).iscc).body.buffer);
      return Array.from({ length: 8 }, (_, i) => view.getInt32(4 * i));
    };
    // Five values: the first quarter holds two, the thirds of the sorted ones two, two and one.
    expect(words([7, 7, -1, 0, 4])).to.deep.equal([7, 7, -1, 0, 4, -1, 7, 7]);
    expect(words([5])).to.deep.equal([5, 5, 0, 0, 0, 5, 0, 0]);
    expect(words([])).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe("ISCC video code", () => {
  const frames = ["a", "b", "c"].map((seed) => noise(seed, 380).map((level) => level % 3));

  it("knows neither the order of frames nor how often one comes", () => {
    const code = videoCodeV0(frames, 256);
    expect(videoCodeV0([...frames].reverse(), 256)).to.deep.equal(code);
    expect(videoCodeV0([frames[1]!, ...frames, frames[1]!], 256)).to.deep.equal(code);
    expect(videoCodeV0(frames.slice(1), 256)).not.to.deep.equal(code);
  });

  it("refuses no frame, and a frame of another size", async () => {
    await refusal("BAD_FRAME_SIGNATURE", () => videoCodeV0([]));
    await refusal("BAD_FRAME_SIGNATURE", () => videoCodeV0([frames[0]!, new Uint8Array(379)]));
  });
});

describe("ISCC mixed code", () => {
  const parts = [
    textCodeV0("A page of the book.", 128).iscc,
    imageCodeV0(noise("plate", 1024), 256).iscc,
    imageCodeV0(noise("cover", 1024), 128).iscc,
  ];

  it("does not depend on the order of its parts and stays near to them", () => {
    expect(mixedCodeV0([...parts].reverse(), 128).iscc).to.equal(mixedCodeV0(parts, 128).iscc);
    expect(mixedCodeV0(parts).parts).to.deep.equal(parts);
    // The majority of three equal parts is the part, behind its header's first byte.
    const body = bodyHex(mixedCodeV0([parts[1]!, parts[1]!, parts[1]!], 64).iscc);
    expect(body).to.equal(`21${bodyHex(parts[1]!).slice(0, 14)}`);
  });

  it("refuses one part, a part that is too short, and a part that is no content", async () => {
    await refusal("BAD_ISCC", () => mixedCodeV0(parts.slice(1, 2)));
    await refusal("BAD_ISCC", () => mixedCodeV0(parts, 192));
    await refusal("BAD_ISCC", () => mixedCodeV0([parts[0]!, dataCodeV0(noise("data", 9)).iscc]));
  });
});

describe("ISCC meta code", () => {
  it("says what it was made of", () => {
    const object = metaCodeV0({
      name: " Title\n of it ",
      description: " \u200bWords ",
      meta: { b: [1, "ü"], a: 1e21 },
    });
    expect(object).to.include({ name: "Title of it", description: "Words" });
    expect(Buffer.from(object.meta!.split(",")[1]!, "base64").toString()).to.equal('{"a":1e+21,"b":[1,"ü"]}');
    expect(object.meta).to.match(/^data:application\/json;base64,/u);
    expect(metaCodeV0({ name: "x", meta: { "@context": "y" } }).meta).to.match(/^data:application\/ld\+json;base64,/u);
    const url = "data:text/plain,any%20bytes%ff";
    expect(metaCodeV0({ name: "x", meta: url })).to.include({ meta: url });
    expect(metaCodeV0({ name: "x", meta: {} })).to.deep.equal(metaCodeV0({ name: "x" }));
  });

  it("takes a data URL's bytes whether or not they are text", () => {
    const bytes = noise("header", 40);
    const escaped = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
    const base64 = Buffer.from(bytes).toString("base64");
    const code = (meta: string) => metaCodeV0({ name: "x", meta }, 256);
    expect(code(`data:application/octet-stream,${escaped}`).iscc).to.equal(code(`data:;base64,${base64}`).iscc);
    expect(code(`data:,${escaped}`).metahash).to.equal(code(`data:;base64,${base64}`).metahash);
  });

  it("refuses what is no data URL and what is too large", async () => {
    await refusal("BAD_DATA_URL", () => metaCodeV0({ name: "x", meta: "{}" }));
    await refusal("BAD_DATA_URL", () => metaCodeV0({ name: "x", meta: "data:;base64,=" }));
    await refusal("METADATA_TOO_LARGE", () => metaCodeV0({ name: "x", meta: { long: "a".repeat(128_000) } }));
    await refusal("METADATA_TOO_LARGE", () => metaCodeV0({ name: "x", meta: `data:,${"a".repeat(600_000)}` }));
    await refusal("METADATA_TOO_LARGE", () => metaCodeV0({ name: "a".repeat(1_000_001) }));
  });
});

describe("ISCC self-test", () => {
  it("passes here, and would show any changed code", () => {
    const { total, failures } = isccSelfTest();
    expect(failures).to.deep.equal([]);
    expect(total).to.equal(Object.keys(SELF_TEST_CODES).length);
    expect(total).to.be.greaterThan(40);
  });
});

describe("ISCC vectors", () => {
  const { iscc, filesize, datahash } = instanceCodeV0(Uint8Array.of(255, 0));
  const vectors: VectorFile = {
    _metadata: {},
    gen_instance_code_v0: {
      right: { inputs: ["stream:ff00", 64] as never[], outputs: { iscc, datahash, filesize } },
      wrong: { inputs: ["stream:ff00", 64] as never[], outputs: { iscc, filesize: 3 } },
    },
    gen_audio_code_v0: { refused: { inputs: [[1], 65] as never[], outputs: { iscc: "ISCC:EIAQAAAAAEAAAAAB" } } },
    gen_other_code_v0: { unknown: { inputs: [] as never[], outputs: { iscc } } },
  };

  it("pass only when every stated output is ours", () => {
    const report = evalVectors(vectors);
    expect(report).to.include({ total: 4, passed: 1 });
    expect(report.byType).to.deep.equal({
      instance: { total: 2, passed: 1 },
      audio: { total: 1, passed: 0 },
      other: { total: 1, passed: 0 },
    });
    expect(report.failures.map(({ name }) => name)).to.deep.equal([
      "gen_instance_code_v0.wrong",
      "gen_audio_code_v0.refused",
      "gen_other_code_v0.unknown",
    ]);
    expect(report.failures[0]!.got).to.deep.equal({ iscc, filesize: 2 });
  });

  it("are read from a file by the command", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "colophon-vectors-"));
    try {
      const file = path.join(folder, "data.json");
      await writeFile(file, JSON.stringify(vectors));
      const command = path.join(import.meta.dirname, "../../fingerprint/eval-iscc.ts");
      const failed = await run(process.execPath, [command, "--vectors", file, "--json"]).catch(
        (error: { code: number; stdout: string }) => error,
      );
      expect(failed).to.include({ code: 1 });
      expect(JSON.parse(failed.stdout)).to.deep.equal(JSON.parse(JSON.stringify(evalVectors(vectors))));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
