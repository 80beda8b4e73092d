import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect } from "chai";
import { pictureHashes, SIZE } from "./art-hashes.ts";
import { PALETTES } from "../../scripts/seed/art/palettes.ts";
import { encodePng } from "../../scripts/seed/art/picture.ts";
import { STYLES } from "../../scripts/seed/art/styles.ts";
import { drawVariation, VARIATIONS, type VariationName } from "../../scripts/seed/art/variations.ts";

describe("seed market: pictures", function () {
  this.timeout(60_000);

  it("come out byte for byte the same in another process", async () => {
    const here = await pictureHashes();
    const child = spawnSync(process.execPath, [path.join(import.meta.dirname, "art-hashes.ts")], { encoding: "utf8" });
    expect(child.status, child.stderr).to.equal(0);
    expect(JSON.parse(child.stdout)).to.deep.equal(here);
    expect(Object.keys(here)).to.have.length(Object.keys(STYLES).length + Object.keys(VARIATIONS).length);
    expect(new Set(Object.values(here)).size).to.equal(Object.keys(here).length);
  });

  it("depend on the seed and on the palette", () => {
    for (const [name, style] of Object.entries(STYLES)) {
      const draw = (seed: string, palette: keyof typeof PALETTES) =>
        JSON.stringify(style({ seed, width: 160, height: 120, palette: PALETTES[palette] }));
      expect(draw("one", "harbour"), name).to.equal(draw("one", "harbour"));
      expect(draw("one", "harbour"), name).to.not.equal(draw("two", "harbour"));
      expect(draw("one", "harbour"), name).to.not.equal(draw("one", "plum"));
    }
  });

  it("that vary another picture change with its bytes", async () => {
    const brief = { seed: "one", ...SIZE, palette: PALETTES.lagoon };
    const sources = await Promise.all(
      ["one", "two"].map((seed) => encodePng(STYLES.marbling({ seed, ...SIZE, palette: PALETTES.ember }))),
    );
    for (const name of Object.keys(VARIATIONS) as VariationName[]) {
      const [a, b] = await Promise.all(sources.map((bytes) => drawVariation(name, bytes, brief)));
      expect(JSON.stringify(a), name).to.not.equal(JSON.stringify(b));
    }
  });
});
