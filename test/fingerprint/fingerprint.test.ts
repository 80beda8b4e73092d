import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import sharp from "sharp";
import { isccSchema } from "../../common/documents.ts";
import { isccOfBody } from "../../fingerprint/iscc/iscc-code.ts";
import { fingerprint } from "../../fingerprint/node.ts";
import { midiFile, modelFile, wavFile } from "./files.ts";
import { encoded, picture } from "./pictures.ts";

const run = promisify(execFile);
const POEM = new TextEncoder().encode(
  "Who made this, and how, and with whose leave? The last page says it: set in the spring by two hands, on paper of the mill below the weir.\n",
);

describe("fingerprint", () => {
  it("says what a picture is, with every unit, and the same again", async () => {
    const bytes = await encoded(picture("whole", 200, 150).png());
    const found = await fingerprint(bytes, { title: "Whole" });
    expect(found).to.include({
      mediaType: "image/png",
      kind: "image",
      bytes: bytes.length,
      searchable: true,
      reason: null,
    });
    expect(found.image).to.deep.equal({ width: 200, height: 150 });
    expect(found.sha256).to.equal(`0x${createHash("sha256").update(bytes).digest("hex")}`);
    expect(found.iscc.header).to.equal(0x5105);
    expect(isccSchema.parse(found.iscc)).to.deep.equal(found.iscc);
    const { code, meta, content, data, instance } = found.iscc;
    expect(isccOfBody(found.iscc.body, found.iscc.header)).to.deep.equal({
      code,
      units: { meta, content, data, instance },
    });
    expect(found.content256!.slice(8, 18)).to.equal(content!.slice(8, 18));
    expect(await fingerprint(bytes.slice(), { title: "Whole" })).to.deep.equal(found);
  });

  it("is of the file, not of its title: only the meta unit moves", async () => {
    const [a, b] = await Promise.all([
      fingerprint(POEM, { title: "One" }),
      fingerprint(POEM, { title: "Two", description: "more" }),
    ]);
    expect(a.iscc.meta).not.to.equal(b.iscc.meta);
    expect(a.iscc.content).to.equal(b.iscc.content);
    expect(a.iscc.instance).to.equal(b.iscc.instance);
    expect((await fingerprint(POEM)).iscc.meta).to.equal(undefined);
  });

  it("reads a view into a larger buffer as the file it shows", async () => {
    const png = await encoded(picture("view", 90, 70).jpeg());
    const larger = new Uint8Array(png.length + 200).fill(7);
    larger.set(png, 100);
    expect(await fingerprint(larger.subarray(100, 100 + png.length))).to.deep.equal(await fingerprint(png));
  });

  it("gives melodies, sounds of under three seconds and models a code without a content unit, and says they are not searched", async () => {
    for (const [bytes, kind] of [
      [midiFile(), "music"],
      [wavFile(400), "music"],
      [modelFile(), "model"],
    ] as const) {
      const found = await fingerprint(bytes, { title: "Untitled" });
      expect(found).to.include({ kind, searchable: false, content256: null });
      expect(found.iscc.header).to.equal(0x5604);
      expect(found.iscc.content).to.equal(undefined);
      expect(found.reason).to.match(/\.$/u);
    }
  });

  it("says when a picture or a text holds too little to compare", async () => {
    const flat = await encoded(sharp({ create: { width: 64, height: 64, channels: 3, background: "#446688" } }).png());
    expect(await fingerprint(flat)).to.include({ searchable: false });
    const short = await fingerprint(new TextEncoder().encode("Twelve words are a poem, but too little to compare by."));
    expect(short).to.include({ searchable: false, kind: "text" });
    expect(short.reason).to.include("13 letters");
    expect(await fingerprint(POEM)).to.include({ searchable: true });
  });
});

describe("fingerprint command", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "colophon-fingerprint-"));
  });

  after(() => rm(folder, { recursive: true }));

  async function command(...args: string[]): Promise<{ code: number; stdout: string }> {
    const cli = path.join(import.meta.dirname, "../../fingerprint/cli.ts");
    return run(process.execPath, [cli, ...args]).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
    );
  }

  it("prints one JSON object for all files, and fails when one is bad", async () => {
    const good = path.join(folder, "poem.txt");
    const bad = path.join(folder, "cut.png");
    await writeFile(good, POEM);
    await writeFile(bad, (await encoded(picture("cut").png())).subarray(0, 400));
    const { code, stdout } = await command(good, bad, path.join(folder, "none"), "--title", "A poem", "--json");
    expect(code).to.equal(1);
    const { files } = JSON.parse(stdout.trimEnd().split("\n").at(-1)!);
    const expected = await fingerprint(POEM, { title: "A poem" });
    expect(files[0]).to.deep.include({
      path: good,
      mediaType: "text/plain",
      sha256: expected.sha256,
      searchable: true,
    });
    expect(files[0].iscc).to.deep.equal(expected.iscc);
    expect(files[1].error.code).to.equal("BROKEN_MEDIA");
    expect(files[2].error.code).to.equal("FILE_NOT_FOUND");
  });

  it("names a file of more than one leaf by its tree", async () => {
    const file = path.join(folder, "two-leaves.clph");
    const bytes = new Uint8Array(1024 * 1024 + 1);
    bytes.set(modelFile());
    await writeFile(file, bytes);
    const { code, stdout } = await command(file, "--json");
    expect(code).to.equal(0);
    // The dag-pb node over both leaves, built by hand: sizes of the leaves in the UnixFS data, their CIDs as links.
    expect(JSON.parse(stdout).files[0].cid).to.equal(await twoLeafCid(bytes));
  });

  it("prints lines for people otherwise", async () => {
    const file = path.join(folder, "note.mid");
    await writeFile(file, midiFile());
    const { code, stdout } = await command(file);
    expect(code).to.equal(0);
    expect(stdout).to.include("audio/midi").and.to.include("ISCC:");
  });
});

/** CIDv1 of a UnixFS file of two raw leaves, from the dag-pb and UnixFS specifications alone. */
async function twoLeafCid(bytes: Uint8Array): Promise<string> {
  const { CID } = await import("multiformats/cid");
  const { create } = await import("multiformats/hashes/digest");
  const sha = (data: Uint8Array) => create(0x12, new Uint8Array(createHash("sha256").update(data).digest()));
  const varint = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >>> 7)]);
  const field = (tag: number, data: ArrayLike<number>) => [tag, ...varint(data.length), ...Array.from(data)];
  const leaves = [bytes.subarray(0, 1 << 20), bytes.subarray(1 << 20)];
  const links = leaves.flatMap((leaf) =>
    field(0x12, [
      ...field(0x0a, CID.createV1(0x55, sha(leaf)).bytes),
      ...field(0x12, []),
      0x18,
      ...varint(leaf.length),
    ]),
  );
  const sizes = leaves.flatMap((leaf) => [0x20, ...varint(leaf.length)]);
  const data = field(0x0a, [0x08, 2, 0x18, ...varint(bytes.length), ...sizes]);
  return CID.createV1(0x70, sha(Uint8Array.from([...links, ...data]))).toString();
}
