import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { detectMediaType } from "../../fingerprint/node.ts";

const run = promisify(execFile);
const ROOT = path.join(import.meta.dirname, "../..");

async function command(file: string, ...args: string[]): Promise<string> {
  return (await run(process.execPath, [path.join(ROOT, file), ...args], { maxBuffer: 1 << 24 })).stdout;
}

describe("media commands", () => {
  it("make:media writes more than a hundred pictures of every kind that is taken, and sounds", async function () {
    this.timeout(120_000);
    const folder = await mkdtemp(path.join(tmpdir(), "colophon-made-"));
    try {
      await command("scripts/make-media.ts", "--out", folder, "--seed", "test");
      const types = new Map<string, number>();
      for (const name of await readdir(folder)) {
        const type = detectMediaType(new Uint8Array(await readFile(path.join(folder, name))));
        types.set(type, (types.get(type) ?? 0) + 1);
      }
      const pictures = [...types].filter(([type]) => type.startsWith("image/"));
      expect(pictures.map(([type]) => type)).to.have.members([
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/avif",
        "image/gif",
      ]);
      expect(pictures.reduce((sum, [, count]) => sum + count, 0)).to.be.at.least(100);
      expect(types.get("audio/wav")).to.equal(5);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("fuzz:media names every damaged file and every bomb, with no crash and no hang", async function () {
    this.timeout(120_000);
    const report = JSON.parse(await command("scripts/fuzz/media.ts", "--count", "40", "--seed", "test", "--json"));
    expect(report).to.include({ files: 40, crashes: 0, hangs: 0 });
    expect(report.maxMs).to.be.greaterThan(0);
    expect(Object.values<number>(report.codes).reduce((sum, count) => sum + count, 0)).to.equal(40);
    const codes = report.bombs.map(({ code }: { code: string }) => code);
    expect(codes).to.have.length.greaterThan(15);
    expect(codes).not.to.include.oneOf(["accepted", "unexpected"]);
  });

  it("bench:fingerprint measures every rate it names", async function () {
    this.timeout(120_000);
    const report = JSON.parse(await command("scripts/bench/fingerprint.ts", "--stream-mib", "8", "--json"));
    const { stream, node, ...rates } = report;
    for (const [name, rate] of Object.entries(rates)) expect(rate, name).to.be.greaterThan(0);
    expect(stream).to.include({ bytes: 8 * 1024 * 1024 });
    expect(node).to.equal(process.version);
  });
});
