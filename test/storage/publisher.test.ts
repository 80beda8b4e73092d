import { expect } from "chai";
import fc from "fast-check";
import { CID } from "multiformats/cid";
import { randomBytes } from "node:crypto";
import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ColophonError, hasCode } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import {
  type ContentStore,
  openContentStore,
  type PinnedWork,
  type PinState,
  type PinTarget,
  Publisher,
  Repair,
} from "../../storage/index.ts";

const MIB = 1024 * 1024;
const DAY = 86_400_000;
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

/** A target in memory that does what it is told to. */
class FakeTarget implements PinTarget {
  readonly name: string;
  readonly blocks = new Map<string, Map<string, Uint8Array>>();
  /** `down` throws, `failing` says failed, `lying` says pinned and keeps nothing, `slow` says pinning until it is changed. */
  mood: "good" | "down" | "failing" | "lying" | "slow" = "good";
  asked = 0;
  announced: string[] = [];

  constructor(name: string) {
    this.name = name;
  }

  async ensure(work: PinnedWork): Promise<PinState> {
    this.asked += 1;
    if (this.mood === "down") throw new ColophonError("PIN_TARGET_UNREACHABLE", "down");
    if (this.mood === "failing") return "failed";
    if (this.mood === "slow") return "pinning";
    if (this.mood === "good") {
      const dir = await mkdtemp(path.join(tmpdir(), "colophon-fake-"));
      const store = await openContentStore(dir);
      await store.importCar(work.car());
      const kept = new Map<string, Uint8Array>();
      for (const cid of (await store.blocks.blocksOf(work.cid)) ?? [])
        kept.set(cid, await store.blocks.get(CID.parse(cid)));
      this.blocks.set(work.cid.toString(), kept);
      await store.close();
      await rm(dir, { recursive: true });
    }
    return "pinned";
  }

  async status(cid: CID): Promise<PinState> {
    if (this.mood === "down") throw new ColophonError("PIN_TARGET_UNREACHABLE", "down");
    if (this.mood === "slow") return "pinning";
    return this.mood === "lying" || this.blocks.has(cid.toString()) ? "pinned" : "absent";
  }

  async block(cid: CID): Promise<Uint8Array> {
    if (this.mood === "down") throw new ColophonError("PIN_TARGET_UNREACHABLE", "down");
    for (const work of this.blocks.values()) {
      const block = work.get(cid.toString());
      if (block) return block;
    }
    throw new ColophonError("CONTENT_NOT_FOUND", "not here", { status: 404 });
  }

  async remove(cid: CID): Promise<void> {
    this.blocks.delete(cid.toString());
  }

  async announce(cid: CID): Promise<void> {
    this.announced.push(cid.toString());
  }
}

describe("the publisher", function () {
  this.timeout(60_000);
  let dir: string;
  let store: ContentStore;
  let open: Publisher[] = [];

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "colophon-publisher-"));
    store = await openContentStore(path.join(dir, "store"));
    open = [];
  });
  afterEach(async () => {
    for (const publisher of open) await publisher.close();
    await rm(dir, { recursive: true, force: true });
  });

  async function publisherOf(targets: PinTarget[], required: number, now = () => 1): Promise<Publisher> {
    const options = { dir: path.join(dir, "publications"), store, targets, required, now, sleep: () => soon() };
    const publisher = await Publisher.open(options);
    open.push(publisher);
    return publisher;
  }
  const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

  it("is content with the store's own copy where no more is asked for, once it was read back", async () => {
    const publisher = await publisherOf([], 1);
    const { cid } = await store.add(randomBytes(2 * MIB));
    const publication = await publisher.replicate(cid);
    expect(publication).to.deep.equal({ cid, state: "announced", proven: { local: 1 }, missing: {} });
    const broken = await store.add(randomBytes(10));
    await writeFile(path.join(dir, "store", "blocks", broken.cid.slice(-2), broken.cid), "torn");
    expect(hasCode(await failure(publisher.replicate(broken.cid)), "UNDER_REPLICATED")).to.equal(true);
    const unknown = await failure(publisher.replicate("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"));
    expect(hasCode(unknown, "CONTENT_NOT_FOUND")).to.equal(true);
  });

  it("waits for k of n copies that were read back, not for what targets say", async () => {
    const [a, b, liar] = [new FakeTarget("a"), new FakeTarget("b"), new FakeTarget("liar")];
    b.mood = "down";
    liar.mood = "lying";
    const publisher = await publisherOf([a, b, liar], 3);
    const { cid } = await store.add(randomBytes(2 * MIB));
    const error = await failure(publisher.replicate(cid));
    expect(hasCode(error, "UNDER_REPLICATED"), String(error)).to.equal(true);
    expect((error as ColophonError).status).to.equal(503);
    expect((error as ColophonError).data).to.deep.include({ copies: 2, required: 3 });
    expect(publisher.publication(cid)?.missing).to.deep.equal({
      b: "PIN_TARGET_UNREACHABLE",
      liar: "CONTENT_NOT_FOUND",
    });
    b.mood = "good";
    const publication = await publisher.replicate(cid);
    expect(publication.state).to.equal("announced");
    expect(a.asked, "what is proven is not asked again").to.equal(1);
    expect(a.announced).to.deep.equal([cid]);
  });

  it("does not wait for the slow ones when enough are there, and for nobody longer than it is told to", async () => {
    const [fast, slow] = [new FakeTarget("fast"), new FakeTarget("slow")];
    slow.mood = "slow";
    const two = await publisherOf([fast, slow], 2);
    const { cid } = await store.add(randomBytes(100));
    await two.replicate(cid);
    expect(two.publication(cid)?.proven).to.have.all.keys("local", "fast");
    await two.close();
    open = [];
    const three = await publisherOf([fast, slow], 3);
    const error = await failure(three.replicate(cid, { timeoutMs: 50 }));
    expect(hasCode(error, "UNDER_REPLICATED"), String(error)).to.equal(true);
    slow.mood = "good";
    expect((await three.replicate(cid)).proven).to.have.all.keys("local", "fast", "slow");
  });

  it("leaves a target that fails again and again to the repair", async () => {
    const failing = new FakeTarget("failing");
    failing.mood = "failing";
    const publisher = await publisherOf([failing], 2);
    const { cid } = await store.add(randomBytes(100));
    expect(hasCode(await failure(publisher.replicate(cid)), "UNDER_REPLICATED")).to.equal(true);
    expect(failing.asked).to.equal(3);
    expect(publisher.publication(cid)?.missing).to.deep.equal({ failing: "PIN_FAILED" });
  });

  it("sends a transaction only when every work is replicated, and each purpose once, over restarts too", async () => {
    const a = new FakeTarget("a");
    a.mood = "down";
    const first = await publisherOf([a], 2);
    const works = await Promise.all([store.add(randomBytes(100)), store.addDocument({ title: "x" })]);
    const cids = works.map(({ cid }) => cid);
    let sent = 0;
    const send = async () => {
      sent += 1;
      return `0x${sent}`;
    };
    expect(hasCode(await failure(first.submit("publish/1", cids, send)), "UNDER_REPLICATED")).to.equal(true);
    expect(sent).to.equal(0);
    a.mood = "good";
    const results = await Promise.all([first.submit("publish/1", cids, send), first.submit("publish/1", cids, send)]);
    expect([results, sent]).to.deep.equal([["0x1", "0x1"], 1]);
    await first.close();
    open = [];
    const second = await publisherOf([a], 2);
    expect(await second.submit("publish/1", cids, send)).to.equal("0x1");
    expect(await second.submit("publish/2", cids, send)).to.equal("0x2");
    expect(a.asked, "once in vain, then once for each work: copies are remembered").to.equal(3);
    const refused = failure(second.submit("publish/3", cids, () => Promise.reject(new Error("no gas"))));
    expect(String(await refused)).to.contain("no gas");
    expect(await second.submit("publish/3", cids, send)).to.equal("0x3");
  });

  it("goes on after a crash in the middle of a record, and says when its journal is damaged", async () => {
    const a = new FakeTarget("a");
    const first = await publisherOf([a], 2);
    const { cid } = await store.add(randomBytes(100));
    await first.replicate(cid);
    await first.close();
    open = [];
    const file = path.join(dir, "publications", "publications.journal");
    await appendFile(file, '00000000 {"type":"prov');
    const second = await publisherOf([a], 2);
    expect(second.publication(cid)?.state).to.equal("announced");
    await second.close();
    open = [];
    const text = await readFile(file, "utf8");
    expect(text).to.not.contain('"prov"');
    await writeFile(file, text.replace("announced", "announceb"));
    expect(hasCode(await failure(publisherOf([a], 2)), "JOURNAL_DAMAGED")).to.equal(true);
    await truncate(file, 0);
    expect((await publisherOf([a], 2)).publications()).to.deep.equal([]);
  });

  it("never lets a transaction out before k whole copies exist, whatever the targets do (500 steps)", async () => {
    const moods = fc.constantFrom<FakeTarget["mood"]>("good", "good", "down", "failing", "lying");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.tuple(moods, moods, moods), fc.boolean()), { minLength: 5, maxLength: 5 }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, required) => {
          const targets = ["a", "b", "c"].map((name) => new FakeTarget(name));
          await rm(path.join(dir, "publications"), { recursive: true, force: true });
          const options = { dir: path.join(dir, "publications"), store, targets, required, sleep: () => soon() };
          let publisher = await Publisher.open(options);
          const { cid } = await store.add(randomBytes(300));
          let sent = 0;
          const submit = () =>
            failure(
              publisher.submit("one", [cid], async () => {
                sent += 1;
                const whole = targets.filter(({ blocks }) => blocks.has(cid)).length + 1;
                expect(whole, "copies when the transaction goes out").to.be.at.least(required);
                return "0x1";
              }),
            );
          for (const [stepMoods, restart] of steps) {
            for (const [i, mood] of stepMoods.entries()) (targets[i] as FakeTarget).mood = mood;
            const error = await submit();
            if (error !== null) expect(error).to.have.property("code", "UNDER_REPLICATED");
            if (!restart) continue;
            await publisher.close();
            publisher = await Publisher.open(options);
          }
          for (const target of targets) target.mood = "good";
          expect(await submit(), "when all is well it goes out").to.equal(null);
          expect(sent).to.equal(1);
          await publisher.close();
        },
      ),
      { numRuns: 100, seed: 7 },
    );
  });

  describe("its repair", () => {
    it("reads each copy back once a day, and makes a new one where it is gone", async () => {
      let time = 0;
      const [a, b] = [new FakeTarget("a"), new FakeTarget("b")];
      const publisher = await publisherOf([a, b], 2, () => time);
      const repair = new Repair({ publisher, store, now: () => time });
      const cids: string[] = [];
      for (let i = 0; i < 5; i++) cids.push((await store.add(randomBytes(1000))).cid);
      for (const cid of cids) await publisher.replicate(cid);
      await repair.round();
      expect(await repair.round()).to.deep.equal({
        works: 5,
        underReplicated: 0,
        probed: 0,
        lost: 0,
        resent: 0,
        missing: 0,
      });
      time += DAY + 1;
      expect(await repair.round()).to.deep.include({ probed: 15, lost: 0, resent: 0 });
      for (const cid of cids.slice(0, 2)) b.blocks.delete(cid);
      a.blocks.delete(cids[0] as string);
      time += DAY + 1;
      b.mood = "down";
      const hurt = await repair.round();
      expect(hurt).to.deep.include({ probed: 15, lost: 6, resent: 1, missing: 5, underReplicated: 0 });
      b.mood = "good";
      expect(await repair.round()).to.deep.include({ resent: 5, missing: 0 });
      for (const target of [a, b]) expect(target.blocks.size).to.equal(5);
    });

    it("finds the works that have too few copies, and heals the store's own from the others", async () => {
      let time = 0;
      const a = new FakeTarget("a");
      const publisher = await publisherOf([a], 2, () => time);
      const repair = new Repair({ publisher, store, now: () => time });
      const small = await store.add(Buffer.from("a small work"));
      const large = randomBytes(2 * MIB + 7);
      const { cid } = await store.add(large);
      for (const work of [small.cid, cid]) await publisher.replicate(work);
      await writeFile(path.join(dir, "store", "blocks", small.cid.slice(-2), small.cid), "torn");
      await store.blocks.remove(CID.parse(cid));
      a.mood = "down";
      time += DAY + 1;
      expect(await repair.round()).to.deep.include({ underReplicated: 2, works: 2 });
      a.mood = "good";
      expect(await repair.round()).to.deep.include({ underReplicated: 0, missing: 0 });
      expect(Buffer.compare(await store.readAll(cid, { maxBytes: LIMITS.uploadBytes }), large)).to.equal(0);
      expect(Buffer.from(await store.readAll(small.cid, { maxBytes: 100 })).toString()).to.equal("a small work");
    });

    it("forgets what is given up, everywhere", async () => {
      const a = new FakeTarget("a");
      const publisher = await publisherOf([a], 2);
      const { cid } = await store.add(randomBytes(100));
      await publisher.replicate(cid);
      await publisher.forget(cid);
      expect([a.blocks.size, publisher.publications().length]).to.deep.equal([0, 0]);
      expect((await store.gc()).removed).to.deep.equal([cid]);
    });
  });
});
