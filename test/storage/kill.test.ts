import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { hasCode } from "../../common/errors.ts";
import { Prng } from "../../common/prng.ts";
import { openContentStore } from "../../storage/index.ts";
import { fileOfSeed } from "./file-of-seed.ts";

const ROUNDS = 6;

describe("the content store under kill -9", function () {
  this.timeout(60_000);

  it(`keeps every acknowledged file whole over ${ROUNDS} kills, and no draft stays`, async () => {
    const dir = await mkdtemp(path.join(tmpdir(), "colophon-store-kill-"));
    const acknowledged: [string, string][] = [];
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const child = spawn(process.execPath, [path.join(import.meta.dirname, "adder.ts"), dir, String(round)], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        const exited = once(child, "exit");
        // Killed from a timer that runs over the adds, so that the kill falls anywhere in one.
        const delay = 20 + new Prng(`store kill ${round}`).below(180);
        for await (const line of createInterface({ input: child.stdout })) {
          const [seed, cid] = line.split(" ");
          if (seed === "ready") setTimeout(() => child.kill("SIGKILL"), delay);
          else if (seed && cid?.length === 59) acknowledged.push([seed, cid]);
        }
        await exited;
      }
      expect(acknowledged.length).to.be.at.least(ROUNDS);

      const store = await openContentStore(dir);
      expect(await readdir(path.join(dir, "drafts"))).to.deep.equal([]);
      for (const [seed, cid] of acknowledged) {
        const file = fileOfSeed(seed);
        expect(Buffer.compare(await store.readAll(cid, { maxBytes: file.length }), file), cid).to.equal(0);
      }
      // What was not acknowledged is there whole, or not at all: nothing that has a name is torn.
      for (const name of await readdir(path.join(dir, "packs"))) {
        const cid = name.slice(0, -4);
        try {
          for await (const part of store.cat(cid)) expect(part.length).to.be.greaterThan(0);
        } catch (error) {
          expect(hasCode(error, "CONTENT_NOT_FOUND"), `${cid}: ${String(error)}`).to.equal(true);
        }
      }
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
