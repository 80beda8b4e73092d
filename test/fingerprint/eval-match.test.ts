import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import sharp from "sharp";
import { Prng } from "../../common/prng.ts";
import { imageFeatures } from "../../fingerprint/match/image-features.ts";
import { decodeImage } from "../../fingerprint/node.ts";
import { editedImage, IMAGE_EDITS, type ImageEdit } from "../../scripts/eval/match/image-edits.ts";
import { upperBound95 } from "../../scripts/eval/match/report.ts";
import { picture } from "./pictures.ts";

const MAIN = path.join(import.meta.dirname, "../../scripts/eval/match/main.ts");

type Report = {
  images?: number;
  text?: number;
  gated: number;
  pairs: number;
  identical: number;
  sample: number;
  thresholds: object;
  edits: Record<string, object>;
  falsePairs: { compared: number; candidate: number; verified: number; verifiedUnregistered: number };
  pairsFound: { a: string; b: string; verdict: string }[];
  samePairsFound: number;
  recall: Record<string, { candidate: number; verified: number }>;
  unreadable: { name: string }[];
};

async function evaluate(...options: string[]): Promise<Report> {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...options, "--json"]);
  return JSON.parse(stdout) as Report;
}

describe("eval:match", () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), "colophon-match-"))));
  after(() => rm(folder, { recursive: true }));

  it("counts found copies, gated files as misses, and pairs, known duplicates apart", async function () {
    this.timeout(120_000);
    for (let i = 0; i < 4; i++)
      await picture(`eval ${i}`)
        .png()
        .toFile(path.join(folder, `p${i}.png`));
    await picture("eval 0").jpeg({ quality: 80 }).toFile(path.join(folder, "twin.jpg"));
    await picture("eval 1").png().toFile(path.join(folder, "z-same-bytes.png"));
    await picture("eval 1").png({ compressionLevel: 0 }).toFile(path.join(folder, "z-same-pixels.png"));
    const blank = sharp({ create: { width: 90, height: 90, channels: 3, background: "#7a8" } });
    await blank.png().toFile(path.join(folder, "blank.png"));
    await writeFile(path.join(folder, "broken.png"), "no picture");
    const report = await evaluate("--images", folder, "--sample", "10", "--seed", "3");
    expect([report.images, report.gated, report.identical, report.pairs]).to.deep.equal([6, 1, 2, 15]);
    expect(report.unreadable.map(({ name }) => name)).to.deep.equal(["broken.png"]);
    expect(Object.keys(report.recall)).to.deep.equal(
      "jpeg90 jpeg30 jpeg10 webp30 resize50 resize25 tone gray blur text border10 mirror rotate2 crop5 rcrop10 rcrop20 combo".split(
        " ",
      ),
    );
    expect(Object.keys(report.edits)).to.deep.equal(Object.keys(report.recall));
    // Eight files are edited; the blank one is never found.
    for (const edit of ["jpeg90", "resize50", "mirror", "crop5"]) {
      expect(report.recall[edit]!.verified, edit).to.be.closeTo(7 / 8, 1e-4);
    }
    expect(report.pairsFound).to.deep.equal([{ a: "p0.png", b: "twin.jpg", verdict: "very-likely-same" }]);
    expect(report.falsePairs).to.include({ candidate: 1, verified: 1, verifiedUnregistered: 1 });
    await writeFile(path.join(folder, "same.txt"), "twin.jpg p0.png\n");
    const known = await evaluate("--images", folder, "--sample", "0", "--same", path.join(folder, "same.txt"));
    expect(known.falsePairs).to.include({ candidate: 0, verified: 0 });
    expect([known.samePairsFound, known.pairsFound]).to.deep.equal([1, []]);
  });

  it("edits pictures of any size", async () => {
    for (const [width, height] of [
      [1, 1],
      [3, 2],
      [1, 300],
      [300, 3],
      [16, 16],
    ] as const) {
      const data = Buffer.from(Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 97) % 256));
      for (const edit of Object.keys(IMAGE_EDITS) as ImageEdit[]) {
        const copy = await editedImage({ data, width, height }, edit, new Prng(edit));
        const { views } = imageFeatures(await decodeImage(new Uint8Array(copy)));
        expect(views.length, `${edit} of ${width} x ${height}`).to.be.greaterThan(0);
      }
    }
  });

  it("does the same for texts", async function () {
    this.timeout(60_000);
    const texts = await mkdtemp(path.join(folder, "text-"));
    for (let i = 0; i < 5; i++) {
      const prng = new Prng(`text ${i}`);
      const words = Array.from({ length: 600 }, () => prng.uint32().toString(36));
      await writeFile(path.join(texts, `t${i}.txt`), words.join(" "));
    }
    const links = path.join(folder, "links");
    await mkdir(links);
    for (let i = 0; i < 5; i++) await symlink(path.join(texts, `t${i}.txt`), path.join(links, `t${i}.txt`));
    await symlink(path.join(texts, "nowhere.txt"), path.join(links, "nowhere.txt"));
    const report = await evaluate("--text", links, "--sample", "5");
    expect([report.text, report.gated, report.pairs, report.falsePairs.candidate]).to.deep.equal([5, 0, 10, 0]);
    expect(report.recall.words20).to.deep.equal({ candidate: 1, verified: 1 });
    expect(report.recall.excerpt50).to.deep.equal({ candidate: 1, verified: 1 });
  });

  it("says in one line what is wrong with a call", async function () {
    this.timeout(60_000);
    for (const [options, line] of [
      [[], /^BAD_ARGUMENTS: usage: /],
      [["--images", folder, "--smaple", "3"], /^BAD_ARGUMENTS: .*smaple/],
      [["--images", folder, "--sample", "-1"], /^BAD_ARGUMENTS: /],
      [["--images", path.join(folder, "nowhere")], /^FILE_NOT_FOUND: There is no folder /],
      [["--audio", folder], /^FILE_NOT_FOUND: .*fewer than two files of audio/],
    ] as const) {
      const refused = await evaluate(...options).then(
        () => expect.fail("a wrong call was answered"),
        (error: { code: number; stderr: string }) => error,
      );
      expect(refused.code).to.equal(2);
      expect(refused.stderr).to.match(line);
      expect(refused.stderr.trim().split("\n")).to.have.length(1);
    }
  });

  it("bounds a rate by the rule of three, and by Poisson's distribution when there was something", () => {
    expect(upperBound95(0, 1000)).to.equal(0.003);
    // Exact one-sided 95 % bounds for 1, 5 and 20 events: 4.744, 10.513, 29.062.
    expect(upperBound95(1, 1)).to.be.closeTo(4.744, 0.03);
    expect(upperBound95(5, 1)).to.be.closeTo(10.513, 0.02);
    expect(upperBound95(20, 1)).to.be.closeTo(29.062, 0.02);
  });
});
