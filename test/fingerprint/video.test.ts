import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { detectMediaType, fingerprint } from "../../fingerprint/node.ts";
import { decodeIscc } from "../../fingerprint/iscc/codec.ts";
import { parseFrameSignatures } from "../../fingerprint/video/frame-signatures.ts";
import { bitDistance } from "../../fingerprint/search/bit-distance.ts";
import { refusal } from "./refusal.ts";

const fixture = async (name: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(path.join(import.meta.dirname, "fixtures", name)));

async function hasFfmpeg(): Promise<boolean> {
  return promisify(execFile)(process.env.FFMPEG ?? "ffmpeg", ["-version"]).then(
    () => true,
    () => false,
  );
}

function distance(a: string, b: string): number {
  const [x, y] = [decodeIscc(a).body, decodeIscc(b).body];
  return x.reduce((sum, byte, i) => sum + bitDistance(byte, y[i]!), 0);
}

/** Runs with ffmpeg at a path where there is none. */
async function withoutFfmpeg<T>(run: () => Promise<T>): Promise<T> {
  const before = process.env.FFMPEG;
  process.env.FFMPEG = path.join(import.meta.dirname, "no-such-program");
  try {
    return await run();
  } finally {
    if (before === undefined) delete process.env.FFMPEG;
    else process.env.FFMPEG = before;
  }
}

describe("frame signatures", () => {
  it("are read from what ffmpeg's signature filter writes", async () => {
    const frame = (value: number) =>
      `<FrameSignature>${Array.from({ length: 380 }, () => value).join("  ")}</FrameSignature>\n`;
    const frames = parseFrameSignatures(`<Mpeg7>\n${frame(2)}<Word>1 2 3</Word>${frame(0)}</Mpeg7>`);
    expect(frames.map((values) => [values.length, values[0], values[379]])).to.deep.equal([
      [380, 2, 2],
      [380, 0, 0],
    ]);
    await refusal("BROKEN_MEDIA", () => parseFrameSignatures("<Mpeg7></Mpeg7>"));
    await refusal("BROKEN_MEDIA", () => parseFrameSignatures("<FrameSignature>1 2 1</FrameSignature>"));
  });
});

describe("fingerprint of video", () => {
  it("tells MP4, M4A, WebM and Ogg from their first bytes", async () => {
    expect(detectMediaType(await fixture("film.mp4"))).to.equal("video/mp4");
    expect(detectMediaType(await fixture("film.webm"))).to.equal("video/webm");
    expect(detectMediaType(await fixture("tune.ogg"))).to.equal("audio/ogg");
    const m4a = (await fixture("film.mp4")).slice();
    m4a.set(new TextEncoder().encode("M4A "), 8);
    expect(detectMediaType(m4a)).to.equal("audio/mp4");
  });

  it("has a video unit that survives another size and encoding", async function () {
    if (!(await hasFfmpeg())) this.skip();
    const [mp4, webm] = [await fingerprint(await fixture("film.mp4")), await fingerprint(await fixture("film.webm"))];
    expect(mp4).to.include({ kind: "video" });
    expect(mp4.iscc.header).to.equal(0x5301);
    expect(distance(mp4.iscc.content!, webm.iscc.content!)).to.be.at.most(8);
    expect(mp4.iscc.data).not.to.equal(webm.iscc.data);
  });

  it("reads Ogg through ffmpeg as it reads FLAC itself", async function () {
    if (!(await hasFfmpeg())) this.skip();
    const [ogg, flac] = [await fingerprint(await fixture("tune.ogg")), await fingerprint(await fixture("tune.flac"))];
    expect(distance(ogg.content256!, flac.content256!)).to.be.at.most(24);
  });

  it("is refused when ffmpeg cannot read it", async function () {
    if (!(await hasFfmpeg())) this.skip();
    const broken = (await fixture("film.mp4")).slice(0, 900);
    await refusal("BROKEN_MEDIA", () => fingerprint(broken));
  });

  it("has no content unit without ffmpeg, and says why", async () => {
    const found = await withoutFfmpeg(async () => fingerprint(await fixture("film.mp4"), { title: "Film" }));
    expect(found).to.include({ kind: "video", searchable: false, content256: null });
    expect(found.iscc.header).to.equal(0x5604);
    expect(found.reason).to.include("ffmpeg");
  });
});
