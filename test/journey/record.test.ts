import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { JourneyRecord } from "../../scripts/journey/record.ts";

const sha256 = `0x${"ab".repeat(32)}` as const;

describe("a journey's record", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "colophon-record-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = (market = "one", done: string[] = []) =>
    JourneyRecord.open({ folder, sha256, market, onStep: (name) => done.push(name) });

  it("keeps what was done, so that a journey cut off does nothing twice", async () => {
    let runs = 0;
    const count = async () => {
      runs++;
      return { id: "7", parents: ["1"] };
    };
    const first = await open();
    expect(await first.step("register", count)).to.deep.equal({ id: "7", parents: ["1"] });
    await first.keepTransaction("publish", { hash: "0x12", raw: "0x34" });
    const failed = await first.step("generate", () => Promise.reject(new Error("killed"))).catch(String);
    expect(failed).to.equal("Error: killed");

    const done: string[] = [];
    const second = await open("one", done);
    expect(await second.step("register", count)).to.deep.equal({ id: "7", parents: ["1"] });
    expect(runs).to.equal(1);
    expect(second.transaction("publish")).to.deep.equal({ hash: "0x12", raw: "0x34" });
    expect(second.has("publish")).to.equal(true);
    expect(second.has("generate")).to.equal(false);
    expect(second.ms).to.have.all.keys("register");
    await second.step("generate", async () => true);
    await second.finish();
    expect(done).to.deep.equal(["generate"]);
    expect((await open()).finished).to.equal(true);
  });

  it("starts over on another chain, and when its file cannot be read", async () => {
    await (await open("one")).step("register", async () => 1);
    expect((await open("two")).has("register")).to.equal(false);
    expect((await open("one")).has("register")).to.equal(true);
    for (const torn of ["", "{", "[]", '{"version":2}']) {
      await writeFile(path.join(folder, `${sha256.slice(2)}.json`), torn);
      expect((await open("one")).has("register")).to.equal(false);
    }
  });

  it("leaves no half-written file behind", async () => {
    const record = await open();
    await Promise.all([1, 2, 3].map((n) => record.step(`step ${n}`, async () => n)));
    expect(await readdir(folder)).to.deep.equal([`${sha256.slice(2)}.json`]);
    const again = await open();
    expect([1, 2, 3].map((n) => again.has(`step ${n}`))).to.deep.equal([true, true, true]);
  });
});
