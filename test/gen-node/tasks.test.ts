import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { cidOfDigest, sha256Hex } from "../../common/digest.ts";
import type { JobSpec } from "../../common/documents.ts";
import { hasCode } from "../../common/errors.ts";
import { SHIPPED_MODEL } from "../../gen-node/cli/generate.ts";
import { encodePng } from "../../gen-node/encode/png.ts";
import { runJobSpec } from "../../gen-node/engine/index.ts";
import { decodeImage } from "../../fingerprint/node.ts";
import { orient, renderInk } from "../../gen-node/tasks/ink.ts";
import { mosaicCells } from "../../gen-node/tasks/remix-picture.ts";
import { setText } from "../../gen-node/tasks/remix-text.ts";

const utf8 = new TextEncoder();

describe("generation tasks", function () {
  this.timeout(30_000);
  let model: Uint8Array;
  before(async () => {
    model = await readFile(SHIPPED_MODEL);
  });

  const named = (bytes: Uint8Array) => ({ cid: cidOfDigest(sha256Hex(bytes)), sha256: sha256Hex(bytes) });
  const specOf = (change: Partial<JobSpec> = {}): JobSpec => ({
    schema: "colophon/job/1",
    task: "generate-image",
    model: { workId: "1", ...named(model) },
    seed: "tasks",
    params: { tiles: 5, tilePixels: 16 },
    ...change,
  });
  const remixOf = (input: Uint8Array, change: Partial<JobSpec> = {}) =>
    runJobSpec(specOf({ task: "remix-image", input: { workId: "2", licenseId: "1", ...named(input) }, ...change }), {
      model,
      input,
    });
  const codeOf = async (work: Promise<unknown>): Promise<string> => {
    const error: unknown = await work.catch((e: unknown) => e);
    return (error as { code?: string }).code ?? "no error";
  };

  /** A picture of four flat quarters: red, green, blue, white. */
  const quarters = (change = 0): Uint8Array => {
    const data = new Uint8Array(80 * 60 * 3);
    for (let i = 0; i < 80 * 60; i++) {
      const quarter = (i % 80 < 40 ? 0 : 1) + (i < 80 * 30 ? 0 : 2);
      const color = [
        [200, 30, 30],
        [30, 160, 40],
        [40, 50, 190],
        [240, 240, 235],
      ][quarter] as number[];
      data.set(color, i * 3);
    }
    data[0] = (data[0] as number) + change;
    return encodePng({ width: 80, height: 60, channels: 3, data });
  };

  it("draws a sheet of the promised size in the asked colors", async () => {
    const palette = ["#102030", "#f0e8d8"];
    const result = await runJobSpec(specOf({ params: { tiles: 5, tilePixels: 16, palette } }), { model });
    expect([result.width, result.height]).to.deep.equal([96, 96]);
    const { data } = await decodeImage(result.png);
    expect([...data.subarray(0, 3)]).to.deep.equal([0xf0, 0xe8, 0xd8]);
    for (let i = 0; i < data.length; i += 4) {
      expect(data[i]).to.be.within(0x10, 0xf0);
      expect(data[i + 2]).to.be.within(0x30, 0xd8);
    }
  });

  it("draws another sheet for another seed", async () => {
    const a = await runJobSpec(specOf(), { model });
    const b = await runJobSpec(specOf({ seed: "other" }), { model });
    expect(sha256Hex(a.png)).to.not.equal(sha256Hex(b.png));
  });

  it("renders a remix in the picture's own colors, cell by cell", async () => {
    const { png, width, height } = await remixOf(quarters(), { params: { tiles: 8, tilePixels: 20 } });
    expect([width, height]).to.deep.equal([160, 120]);
    const { data } = await decodeImage(png);
    const mean = (left: number, top: number) => {
      const sums = [0, 0, 0];
      for (let y = top; y < top + 40; y++) {
        for (let x = left; x < left + 40; x++) {
          for (let c = 0; c < 3; c++) sums[c] = (sums[c] as number) + (data[(y * width + x) * 4 + c] as number);
        }
      }
      return sums.map((sum) => sum / 1600);
    };
    const expected = { red: [200, 30, 30], green: [30, 160, 40], blue: [40, 50, 190], white: [240, 240, 235] };
    const places = { red: [10, 10], green: [110, 10], blue: [10, 70], white: [110, 70] } as const;
    for (const name of ["red", "green", "blue", "white"] as const) {
      const [left, top] = places[name];
      mean(left, top).forEach((value, c) => {
        expect(value, `${name}, channel ${c}`).to.be.closeTo(expected[name][c] as number, 45);
      });
    }
  });

  it("depends on the input's pixels, on a text's every byte and on any other file's bytes", async () => {
    const pictures = await Promise.all([quarters(), quarters(40)].map((input) => remixOf(input)));
    expect(new Set(pictures.map(({ png }) => sha256Hex(png)))).to.have.length(2);
    const long = "All work and no play. ".repeat(2000);
    const texts = await Promise.all([long, `${long}!`, "short"].map((text) => remixOf(utf8.encode(text))));
    expect(new Set(texts.map(({ png }) => sha256Hex(png)))).to.have.length(3);
    const midi = (note: number) =>
      Uint8Array.from([
        ...utf8.encode("MThd"),
        0,
        0,
        0,
        6,
        0,
        0,
        0,
        1,
        0,
        96,
        ...utf8.encode("MTrk"),
        0,
        0,
        0,
        12,
        0,
        0x90,
        note,
        64,
        96,
        0x80,
        note,
        0,
        0,
        0xff,
        0x2f,
        0,
      ]);
    const melodies = await Promise.all([60, 61].map((note) => remixOf(midi(note))));
    expect(new Set(melodies.map(({ png }) => sha256Hex(png)))).to.have.length(2);
  });

  it("sets a text word by word: breaks at spaces, keeps empty lines, cuts at the page's end", () => {
    const places = (text: string, columns: number, rows: number) =>
      setText(text, columns, rows).map(({ character, row, column }) => `${character}${row}${column}`);
    expect(places("ab cd efg", 5, 9)).to.deep.equal(["a00", "b01", "c03", "d04", "e10", "f11", "g12"]);
    expect(places("a\n\nb", 5, 9)).to.deep.equal(["a00", "b20"]);
    expect(places("abcdefg", 3, 2)).to.deep.equal(["a00", "b01", "c02", "d10", "e11", "f12"]);
    expect(places("", 3, 2)).to.deep.equal([]);
  });

  it("gives the longer side the tiles asked for and keeps the picture's shape", () => {
    expect(mosaicCells(400, 300, 16)).to.deep.equal({ columns: 16, rows: 12 });
    expect(mosaicCells(10, 4000, 8)).to.deep.equal({ columns: 1, rows: 8 });
  });

  it("renders flat ink flat at any size, and turns squares all eight ways", () => {
    for (const size of [5, 28, 67]) {
      expect([...new Set(renderInk(new Uint8Array(784).fill(255), size))]).to.deep.equal([255]);
      expect([...new Set(renderInk(new Uint8Array(784), size))]).to.deep.equal([0]);
    }
    const square = Uint8Array.of(1, 2, 3, 4);
    const ways = Array.from({ length: 8 }, (_, way) => orient(square, 2, way).join(""));
    expect(new Set(ways)).to.have.length(8);
    expect(ways.slice(0, 3)).to.deep.equal(["1234", "2143", "3412"]);
  });

  it("refuses a specification that cannot be done, and files that are not the ones named", async () => {
    const big = specOf({ params: { tiles: 64, tilePixels: 128 } });
    expect(await codeOf(runJobSpec(big, { model }))).to.equal("BAD_SPEC");
    expect(await codeOf(runJobSpec(specOf({ task: "remix-image" }), { model }))).to.equal("BAD_SPEC");
    const extra = { ...specOf(), params: { tiles: 2, tilePixels: 8, speed: 9 } } as unknown as JobSpec;
    expect(await codeOf(runJobSpec(extra, { model }))).to.equal("BAD_SPEC");
    expect(await codeOf(runJobSpec(specOf(), { model: model.slice(1) }))).to.equal("WRONG_BYTES");
    const junk = utf8.encode("CLPHMDL1 but nothing more");
    const spec = specOf({ model: { workId: "1", ...named(junk) } });
    expect(await codeOf(runJobSpec(spec, { model: junk }))).to.equal("BAD_MODEL");
    expect(await codeOf(remixOf(quarters().subarray(0, quarters().length >> 1)))).to.equal("BROKEN_MEDIA");
    expect(hasCode(await remixOf(Uint8Array.of(0, 1, 2, 3)).catch((e: unknown) => e), "UNSUPPORTED_MEDIA")).to.equal(
      true,
    );
  });
});
