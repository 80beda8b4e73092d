import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { LIMITS } from "../../common/limits.ts";
import { chromaprint } from "../../fingerprint/audio/chromaprint.ts";
import { type AudioMediaType, decodeAudio } from "../../fingerprint/audio/decode-audio.ts";
import { flacPcm } from "../../fingerprint/audio/flac.ts";
import { isMp3 } from "../../fingerprint/audio/mp3.ts";
import { wavPcm } from "../../fingerprint/audio/wav.ts";
import { detectMediaType, fingerprint } from "../../fingerprint/node.ts";
import { bitDistance } from "../../fingerprint/search/bit-distance.ts";
import { soundFiles } from "../../scripts/media/sound-files.ts";
import { wavFile } from "./files.ts";
import { refusal } from "./refusal.ts";

const fixture = async (name: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(path.join(import.meta.dirname, "fixtures", name)));

function samplesOf(blocks: Iterable<Int16Array>): Int16Array {
  return Int16Array.from([...blocks].flatMap((block) => [...block]));
}

/** MD5 of the samples that a FLAC's own header states: its encoder's word for what went in. */
function statedMd5(flac: Uint8Array): string {
  return Buffer.from(flac.subarray(26, 42)).toString("hex");
}

async function chromaprintOf(bytes: Uint8Array): Promise<Int32Array> {
  return chromaprint(await decodeAudio(bytes, detectMediaType(bytes) as AudioMediaType));
}

/** A WAV whose header says something else; sizes stay right. */
function wavWith(fields: { channels?: number; sampleRate?: number; bits?: number; tag?: number }, samples = 400) {
  const bytes = wavFile(samples);
  const view = new DataView(bytes.buffer);
  if (fields.tag !== undefined) view.setUint16(20, fields.tag, true);
  if (fields.channels !== undefined) view.setUint16(22, fields.channels, true);
  if (fields.sampleRate !== undefined) view.setUint32(24, fields.sampleRate, true);
  if (fields.bits !== undefined) view.setUint16(34, fields.bits, true);
  return bytes;
}

describe("WAV samples", () => {
  it("are read alike from integers of 8 to 32 bits and from floats", () => {
    const files = soundFiles("depths");
    const sixteen = samplesOf(wavPcm(files["song.wav"]!).blocks);
    for (const [name, tolerance] of [
      ["song-8.wav", 512],
      ["song-24.wav", 0],
      ["song-32.wav", 2],
      ["song-float.wav", 2],
    ] as const) {
      const pcm = wavPcm(files[name]!);
      expect(pcm).to.include({ sampleRate: 22_050, channels: 2 });
      const samples = samplesOf(pcm.blocks);
      expect(samples.length).to.equal(sixteen.length);
      const worst = samples.reduce((max, sample, i) => Math.max(max, Math.abs(sample - sixteen[i]!)), 0);
      expect(worst, name).to.be.at.most(tolerance);
    }
  });

  it("clip where a float is louder than 16 bits can be", () => {
    const bytes = new Uint8Array(44 + 16);
    bytes.set(wavWith({ tag: 3, bits: 32 }, 8));
    const view = new DataView(bytes.buffer);
    [2, -2, 0.5, Number.NaN].forEach((x, i) => view.setFloat32(44 + 4 * i, x, true));
    expect([...samplesOf(wavPcm(bytes).blocks)]).to.deep.equal([32767, -32768, 16384, 0]);
  });

  it("are refused in other encodings, at rates and in channels that no recording has, and for too long", async () => {
    await refusal("UNSUPPORTED_MEDIA", () => wavPcm(wavWith({ tag: 2 })));
    await refusal("UNSUPPORTED_MEDIA", () => wavPcm(wavWith({ bits: 12 })));
    await refusal("UNSUPPORTED_MEDIA", () => wavPcm(wavWith({ sampleRate: 0xffff_ffff })));
    await refusal("UNSUPPORTED_MEDIA", () => wavPcm(wavWith({ channels: 33 })));
    const long = await refusal("AUDIO_TOO_LONG", () =>
      wavPcm(wavWith({ sampleRate: 2000 }, 2000 * LIMITS.audioSeconds + 1)),
    );
    expect(long.data).to.deep.equal({ maxSeconds: LIMITS.audioSeconds });
  });
});

describe("FLAC decoder", () => {
  for (const name of ["tune.flac", "fixed.flac", "silence.flac"]) {
    it(`gives the samples of ${name}, whose MD5 its encoder wrote`, async () => {
      const bytes = await fixture(name);
      const samples = samplesOf(flacPcm(bytes).blocks);
      expect(createHash("md5").update(new Uint8Array(samples.buffer)).digest("hex")).to.equal(statedMd5(bytes));
    });
  }

  it("gives 24-bit stereo, mid and side, as the WAV it was made from", async () => {
    const expected = samplesOf(wavPcm(await fixture("stereo-24.wav")).blocks);
    const pcm = flacPcm(await fixture("stereo-24.flac"));
    expect(pcm).to.include({ sampleRate: 22_050, channels: 2 });
    expect(samplesOf(pcm.blocks)).to.deep.equal(expected);
  });

  it("notices a flipped bit anywhere in a frame, and a cut anywhere", async () => {
    const bytes = await fixture("fixed.flac");
    const start = bytes.findIndex((byte, i) => i > 42 && byte === 0xff && (bytes[i + 1]! & 0xfc) === 0xf8);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: start, max: bytes.length - 1 }), fc.nat(7), async (at, bit) => {
        const damaged = bytes.with(at, bytes[at]! ^ (1 << bit));
        const error = await fingerprint(damaged).catch((thrown: { code: string }) => thrown);
        expect(["BROKEN_MEDIA", "UNSUPPORTED_MEDIA"]).to.include((error as { code: string }).code);
        await refusal("BROKEN_MEDIA", () => fingerprint(bytes.slice(0, at)));
      }),
      { numRuns: 60 },
    );
  });

  it("refuses hours that a header states in no bytes", async () => {
    const bytes = (await fixture("silence.flac")).slice();
    bytes.set([0x0f, 0xff, 0xff, 0xff], 22);
    await refusal("AUDIO_TOO_LONG", () => flacPcm(bytes));
  });
});

describe("MP3", () => {
  it("is told by its tag or by two frames in a row, never by one chance match", async () => {
    const bytes = await fixture("tune.mp3");
    expect(detectMediaType(bytes)).to.equal("audio/mpeg");
    const start = bytes.findIndex((byte, i) => i > 10 && byte === 0xff && (bytes[i + 1]! & 0xe6) === 0xe2);
    expect(isMp3(bytes.subarray(start))).to.equal(true);
    const chance = new Uint8Array(2000);
    chance.set(bytes.subarray(start, start + 4));
    expect(isMp3(chance)).to.equal(false);
  });

  it("sounds like the FLAC of the same tune", async () => {
    const [mp3, flac] = await Promise.all(
      ["tune.mp3", "tune.flac"].map(async (name) => chromaprintOf(await fixture(name))),
    );
    expect(Math.abs(mp3!.length - flac!.length)).to.be.at.most(1);
    const shared = Math.min(mp3!.length, flac!.length);
    let bits = 0;
    for (let i = 0; i < shared; i++) bits += bitDistance(mp3![i]!, flac![i]!);
    expect(bits / (32 * shared)).to.be.lessThan(0.05);
  });

  it("is refused without frames, with junk between them, and for hours", async () => {
    const bytes = await fixture("tune.mp3");
    const tag = bytes.slice(0, 10 + bytes[9]!);
    await refusal("BROKEN_MEDIA", () => fingerprint(tag));
    const junk = new Uint8Array([...bytes.subarray(0, 2000), ...new Uint8Array(6000), ...bytes.subarray(2000)]);
    await refusal("BROKEN_MEDIA", () => fingerprint(junk));
    const frame = Uint8Array.from([0xff, 0xf3, 0x14, 0xc4, ...new Uint8Array(20)]);
    const hours = new Uint8Array(frame.length * 100_000);
    for (let at = 0; at < hours.length; at += frame.length) hours.set(frame, at);
    await refusal("AUDIO_TOO_LONG", () => fingerprint(hours));
  });
});

describe("chromaprint", () => {
  it("is pinned: equal to what fpcalc 1.5.1 prints for the same FLAC", async () => {
    expect([...(await chromaprintOf(await fixture("tune.flac")))]).to.deep.equal(FPCALC);
  });

  it("does not depend on how samples are cut into blocks", async () => {
    const { blocks, ...shape } = flacPcm(await fixture("tune.flac"));
    const samples = samplesOf(blocks);
    const whole = await chromaprint({ ...shape, blocks: [samples] });
    const pieces = Array.from({ length: Math.ceil(samples.length / 777) }, (_, i) =>
      samples.subarray(777 * i, 777 * (i + 1)),
    );
    expect(await chromaprint({ ...shape, blocks: pieces })).to.deep.equal(whole);
  });

  it("is empty for less than three seconds, and such a file has no content unit", async () => {
    expect(await chromaprint(wavPcm(wavFile(8000)))).to.have.length(0);
    const short = await fingerprint(wavFile(8000));
    expect(short.iscc.content).to.equal(undefined);
    expect(short.reason).to.include("too short");
  });
});

describe("fingerprint of sound", () => {
  it("has an audio unit that survives another encoding", async () => {
    const files = soundFiles("encodings");
    const song = await fingerprint(files["song.wav"]!);
    expect(song).to.include({ mediaType: "audio/wav", kind: "music" });
    expect(song.iscc.header).to.equal(0x5201);
    expect(song.content256).to.match(/^ISCC:EI/u);
    const eight = await fingerprint(files["song-8.wav"]!);
    expect(eight.iscc.content).to.equal(song.iscc.content);
    expect((await fingerprint(soundFiles("another")["song.wav"]!)).iscc.content).not.to.equal(song.iscc.content);
  });

  it("says that silence is too uniform to be compared", async () => {
    const silence = await fingerprint(wavFile(8000 * 12));
    expect(silence.searchable).to.equal(false);
    expect(silence.reason).to.include("too uniform");
  });
});

// fpcalc 1.5.1 -raw -signed -length 0 tune.flac
const FPCALC = [
  304111851, 304177385, 308691176, 379977944, 380502088, 380502344, 397354488, 351022824, 81800872, 216086171,
  480315066,
];
