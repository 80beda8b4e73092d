import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { killStore } from "../../scripts/store/kill-store.ts";

const KILLS = 8;

describe("the content store under kill -9", function () {
  this.timeout(120_000);

  it(`keeps every acknowledged work whole over ${KILLS} kills while it adds, releases and collects; nothing is left over`, async () => {
    const dir = await mkdtemp(path.join(tmpdir(), "colophon-store-kill-"));
    try {
      const { acknowledged, ...report } = await killStore(dir, { kills: KILLS, seed: "test" });
      expect(report).to.deep.equal({ kills: KILLS, torn: 0, lost: 0, stray: 0 });
      expect(acknowledged).to.be.at.least(KILLS / 2);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
