import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { gifFile } from "../../scripts/media/gif-file.ts";
import { soundFiles } from "../../scripts/media/sound-files.ts";
import { Prng } from "../../common/prng.ts";
import sharp from "sharp";

const run = promisify(execFile);

/** Those of our sound and text files that are compared here. */
const SOUNDS = ["song.wav", "melody.mid", "scripts.txt"];

/** Small files of each decoder, one that is refused, and a film that only a server looks into. */
async function files(): Promise<Record<string, Uint8Array>> {
  const prng = new Prng("parity");
  const pixels = Uint8Array.from({ length: 60 * 45 * 3 }, (_, i) => (i >> 4) + prng.below(40));
  const picture = sharp(pixels, { raw: { width: 60, height: 45, channels: 3 } });
  const sounds = Object.entries(soundFiles("parity")).filter(([name]) => SOUNDS.includes(name));
  return {
    "a.jpg": await picture.clone().jpeg({ quality: 60 }).withMetadata({ orientation: 6 }).toBuffer(),
    "a.png": await picture.clone().ensureAlpha(0.5).png().toBuffer(),
    "a.webp": await picture.clone().webp({ quality: 40 }).toBuffer(),
    "a.avif": await picture.clone().avif({ effort: 2 }).toBuffer(),
    "a.gif": gifFile(prng, { width: 40, height: 40, interlaced: true }),
    "print.jpg": await picture.clone().toColorspace("cmyk").jpeg().toBuffer(),
    ...Object.fromEntries(sounds),
  };
}

describe("fingerprints in Chromium", () => {
  it("equal those in Node for every kind of file, in the dapp's own worker", async function () {
    this.timeout(120_000);
    const folder = await mkdtemp(path.join(tmpdir(), "colophon-parity-files-"));
    try {
      const all = await files();
      for (const [name, bytes] of Object.entries(all)) await writeFile(path.join(folder, name), bytes);
      const command = path.join(import.meta.dirname, "../../scripts/browser/eval-parity.ts");
      const { stdout } = await run(process.execPath, [command, "--files", folder, "--json"]);
      const report = JSON.parse(stdout);
      expect(report.differences).to.deep.equal([]);
      expect(report.complaints).to.deep.equal([]);
      expect(report).to.include({ files: Object.keys(all).length, equal: Object.keys(all).length, refused: 1 });
      expect(report.selfTest.failures).to.deep.equal([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
