import * as dagPb from "@ipld/dag-pb";
import { expect } from "chai";
import fc from "fast-check";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { CID } from "multiformats/cid";
import * as Digest from "multiformats/hashes/digest";
import { hasCode } from "../../common/errors.ts";
import { ByteBudget } from "../../storage/byte-budget.ts";
import { DAG_PB, parseCid, RAW, SHA2_256 } from "../../storage/cid.ts";
import { removeDeadLock } from "../../storage/collect-garbage.ts";
import { type ContentStore, openContentStore } from "../../storage/index.ts";
import { carHeader } from "../../storage/pack.ts";
import { PackIndex } from "../../storage/pack-index.ts";
import { resolvePath } from "../../storage/resolve-path.ts";
import { listFolder } from "../../storage/walk-folder.ts";

const MIB = 1024 * 1024;
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );
async function collect(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

describe("works of a store", function () {
  this.timeout(60_000);
  let dir: string;
  let store: ContentStore;

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "colophon-works-"));
    store = await openContentStore(dir);
  });
  afterEach(async () => {
    await store.close();
    await rm(dir, { recursive: true, force: true });
  });

  it("go on to be read by those who stood in line behind one that gave up", async () => {
    const budget = new ByteBudget(10);
    await budget.demand(6);
    const giveUp = new AbortController();
    const large = budget.demand(6, giveUp.signal);
    let started = false;
    const small = budget.demand(4).then((giveBack) => {
      started = true;
      return giveBack;
    });
    giveUp.abort();
    await large;
    await new Promise((resolve) => setImmediate(resolve));
    expect(started).to.equal(true);
    expect(budget.reserved).to.equal(10);
    (await small)();
    expect(budget.reserved).to.equal(6);
  });

  describe("folders", () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9 _é春-]{1,12}$/).filter((text) => text.trim() !== "");

    it("give back every file at its path, and list nothing else", async () => {
      const file = fc.uint8Array({ maxLength: 3000 });
      const files = fc.dictionary(
        fc.tuple(name, name).map(([a, b]) => `${a}/${b}.bin`),
        file,
        { minKeys: 1, maxKeys: 12 },
      );
      await fc.assert(
        fc.asyncProperty(files, async (content) => {
          const entries = Object.entries(content).map(([at, bytes]) => ({ path: at, content: bytes }));
          const { cid, files: count } = await store.addFolder(entries);
          expect(count).to.equal(entries.length);
          const root = parseCid(cid);
          const read = (block: ReturnType<typeof parseCid>) => store.blocks.get(block);
          for (const { path: at, content: bytes } of entries) {
            const found = await resolvePath(root, at.split("/"), read);
            const got = await store.readAll(found.cid.toString(), { maxBytes: 3000 });
            expect(Buffer.compare(got, Buffer.from(bytes)), at).to.equal(0);
          }
          const folders = new Set(entries.map(({ path: at }) => at.split("/")[0]));
          expect((await listFolder(root, read)).map((item) => item.name)).to.have.members([...folders]);
          // The same files in another order are the same folder.
          expect((await store.addFolder(entries.toReversed())).cid).to.equal(cid);
        }),
        { numRuns: 25, seed: 2 },
      );
    });

    it("with large files and many entries are one work", async () => {
      const large = randomBytes(2 * MIB + 3);
      const many = Array.from({ length: 5000 }, (_, i) => ({
        path: `n/${i}-${"x".repeat(30)}`,
        content: Buffer.from(`${i}`),
      }));
      const { cid } = await store.addFolder([{ path: "large.bin", content: large }, ...many]);
      const read = (block: ReturnType<typeof parseCid>) => store.blocks.get(block);
      const found = await resolvePath(parseCid(cid), ["large.bin"], read);
      expect(Buffer.compare(await collect(store.cat(found.cid.toString())), large)).to.equal(0);
      const folder = await resolvePath(parseCid(cid), ["n"], read);
      expect((await listFolder(folder.cid, read)).length, "sharded").to.equal(5000);
      const one = await resolvePath(parseCid(cid), ["n", `4321-${"x".repeat(30)}`], read);
      expect((await store.readAll(one.cid.toString(), { maxBytes: 9 })).toString()).to.equal("4321");
      expect((await readdir(path.join(dir, "packs"))).length).to.equal(1);
      expect(hasCode(await failure(store.stat(cid)), "NOT_A_FILE")).to.equal(true);
    });

    it("refuse names that climb or are none, and keep nothing then", async () => {
      for (const bad of ["", "/a", "a//b", "../a", "a/../b", "a/.", "a\0b"]) {
        const error = await failure(
          store.addFolder([
            { path: "good", content: Buffer.from("x") },
            { path: bad, content: Buffer.from("x") },
          ]),
        );
        expect(hasCode(error, "BAD_PATH"), `"${bad}": ${String(error)}`).to.equal(true);
      }
      expect(hasCode(await failure(store.addFolder([])), "BAD_PATH")).to.equal(true);
      expect(
        hasCode(
          await failure(store.addFolder([{ path: "a", content: randomBytes(11) }], { maxBytes: 10 })),
          "FILE_TOO_LARGE",
        ),
      ).to.equal(true);
      expect([...(await readdir(path.join(dir, "drafts"))), ...(await readdir(path.join(dir, "packs")))]).to.deep.equal(
        [],
      );
    });
  });

  describe("released", () => {
    it("are removed by the next collection, and nothing else is", async () => {
      const kept = await store.add(randomBytes(2 * MIB));
      const small = await store.add(randomBytes(100));
      const gone = [await store.add(randomBytes(2 * MIB)), await store.add(randomBytes(50))].map(({ cid }) => cid);
      for (const cid of gone) await store.release(cid);
      const dry = await store.gc({ dryRun: true });
      expect(dry).to.include({ dryRun: true, works: 2 });
      expect(dry.removed).to.have.members(gone);
      for (const cid of gone) expect(await store.has(cid), "a dry run removes nothing").to.equal(true);
      const done = await store.gc();
      expect([done.works, done.bytes]).to.deep.equal([2, dry.bytes]);
      for (const reader of [store, await openContentStore(dir)]) {
        for (const cid of gone) expect(await reader.has(cid)).to.equal(false);
        for (const { cid } of [kept, small]) expect(await reader.has(cid)).to.equal(true);
      }
      expect((await store.gc()).works).to.equal(0);
      expect(hasCode(await failure(store.release(gone[0] as string)), "CONTENT_NOT_FOUND")).to.equal(true);
    });

    it("stay for as long as the collector is told to wait", async () => {
      const { cid } = await store.add(randomBytes(100));
      await store.release(cid);
      expect((await store.gc({ graceMs: 3_600_000 })).works).to.equal(0);
      const old = new Date(Date.now() - 7_200_000);
      await utimes(path.join(dir, "released", cid), old, old);
      expect((await store.gc({ graceMs: 3_600_000 })).removed).to.deep.equal([cid]);
    });

    it("are kept when they are added or pinned again", async () => {
      const file = randomBytes(2 * MIB);
      const { cid } = await store.add(file);
      await store.release(cid);
      await store.add(file);
      expect((await store.gc()).works).to.equal(0);
      await store.release(cid);
      await store.pin(cid);
      expect((await store.gc()).works).to.equal(0);
      expect(Buffer.compare(await store.readAll(cid, { maxBytes: file.length }), file)).to.equal(0);
    });

    it("leave the blocks that other works have too", async () => {
      const shared = randomBytes(MIB);
      const one = await store.add(Buffer.concat([shared, randomBytes(10)]));
      const two = await store.add(Buffer.concat([shared, randomBytes(20)]));
      const alone = await store.add(shared);
      for (const [dead, alive] of [
        [one, [two, alone]],
        [alone, [two]],
      ] as const) {
        await store.release(dead.cid);
        await store.gc();
        for (const { cid, bytes } of alive) expect((await collect(store.cat(cid))).length).to.equal(bytes);
      }
      expect(await store.has(alone.cid), "as a leaf of the other").to.equal(true);
    });

    it("are collected by one process at a time; what a killed one began is ended at the next start", async () => {
      await writeFile(path.join(dir, "gc.lock"), String(process.ppid));
      expect(hasCode(await failure(store.gc()), "STORE_BUSY")).to.equal(true);
      await writeFile(path.join(dir, "gc.lock"), "999999999");
      expect((await store.gc()).works).to.equal(0);
      const { cid } = await store.add(randomBytes(2 * MIB));
      const other = await store.add(randomBytes(5));
      await writeFile(path.join(dir, "collecting", cid), ""); // as after a kill between claim and removal
      const again = await openContentStore(dir);
      expect(await again.has(cid)).to.equal(false);
      expect(await again.has(other.cid)).to.equal(true);
      expect(await readdir(path.join(dir, "collecting"))).to.deep.equal([]);
    });

    it("have a collector's lock that is taken over only from the process that is gone", async () => {
      const file = path.join(dir, "gc.lock");
      // Between reading the name of a dead holder and taking its lock away, another process may have done both.
      await writeFile(file, String(process.ppid));
      await removeDeadLock(file, 999_999_999);
      expect(await readFile(file, "utf8")).to.equal(String(process.ppid));
      await writeFile(file, "999999999");
      await removeDeadLock(file, 999_999_999);
      await removeDeadLock(file, 999_999_999);
      expect((await readdir(dir)).filter((name) => name.startsWith("gc.lock"))).to.deep.equal([]);
      // What a kill leaves of a takeover is swept.
      await writeFile(path.join(dir, "gc.lock.999999999.dead"), "");
      await openContentStore(dir);
      expect((await readdir(dir)).filter((name) => name.startsWith("gc.lock"))).to.deep.equal([]);
    });

    it("are added again although a collector was killed while it removed them", async () => {
      const file = randomBytes(2 * MIB);
      const { cid } = await store.add(file);
      await writeFile(path.join(dir, "collecting", cid), ""); // the store stays open: no new start ends the removal
      expect((await store.add(file)).cid).to.equal(cid);
      expect(Buffer.compare(await store.readAll(cid, { maxBytes: file.length }), file)).to.equal(0);
      expect(await readdir(path.join(dir, "collecting"))).to.deep.equal([]);
      expect((await store.gc()).removed).to.deep.equal([]);
    });

    it("are never lost to a collector that runs while they are added again", async () => {
      const files = Array.from({ length: 6 }, (_, i) => randomBytes(i % 2 ? 2 * MIB : 500));
      const other = await openContentStore(dir);
      for (let round = 0; round < 8; round++) {
        const cids: string[] = [];
        for (const file of files) cids.push((await store.add(file)).cid);
        for (const cid of cids) await store.release(cid);
        const [added] = await Promise.all([
          Promise.all(files.map((file) => store.add(file))),
          other.gc().catch((error: unknown) => expect(hasCode(error, "STORE_BUSY")).to.equal(true)),
        ]);
        const reader = await openContentStore(dir);
        for (const [i, { cid }] of added.entries()) {
          const got = await reader.readAll(cid, { maxBytes: 3 * MIB });
          expect(Buffer.compare(got, files[i] as Buffer), `round ${round}`).to.equal(0);
        }
        await reader.close();
      }
      await other.close();
    });
  });

  it("are listed with their sizes and marks", async () => {
    const one = await store.add(randomBytes(2 * MIB));
    const two = await store.add(randomBytes(10));
    await store.release(two.cid);
    const pins = new Map<string, { bytes: number; releasedAt: number | null }>();
    for await (const pin of store.pins()) pins.set(pin.cid, pin);
    expect([...pins.keys()]).to.have.members([one.cid, two.cid]);
    expect(pins.get(one.cid)?.releasedAt).to.equal(null);
    expect(pins.get(two.cid)?.releasedAt).to.be.a("number");
    expect(pins.get(two.cid)?.bytes).to.equal(10);
  });

  it("leave as CARs and come back the same", async () => {
    const other = await openContentStore(path.join(dir, "other"));
    const folder = await store.addFolder([
      { path: "a", content: randomBytes(2 * MIB) },
      { path: "b/c", content: Buffer.from("x") },
    ]);
    const cids = [(await store.add(randomBytes(3 * MIB))).cid, (await store.add(Buffer.alloc(0))).cid, folder.cid];
    for (const cid of cids) {
      const car = await collect(store.exportCar(cid));
      const imported = await other.importCar(
        (async function* () {
          for (let at = 0; at < car.length; at += 77_777) yield car.subarray(at, at + 77_777);
        })(),
      );
      expect(imported.cid).to.equal(cid);
      expect(Buffer.compare(await collect(other.exportCar(cid)), car)).to.equal(0);
    }
  });

  it("do not come in crumbs: a CAR has a number of blocks that memory can hold", async () => {
    let blocks = 0;
    async function* crumbs(): AsyncGenerator<Uint8Array> {
      yield await carHeader(parseCid((await store.add(Buffer.from("root"))).cid));
      for (;;) {
        const sections = Array.from({ length: 1000 }, () => {
          const block = Buffer.from(String(blocks++));
          const digest = createHash("sha256").update(block).digest();
          const { bytes } = CID.createV1(RAW, Digest.create(SHA2_256, digest));
          return Buffer.concat([Uint8Array.of(bytes.length + block.length), bytes, block]);
        });
        yield Buffer.concat(sections);
      }
    }
    const error = await failure(store.importCar(crumbs()));
    expect(hasCode(error, "DAG_TOO_LARGE"), String(error)).to.equal(true);
    expect(blocks).to.be.within(65_000, 70_000);
    expect(await readdir(path.join(dir, "drafts"))).to.deep.equal([]);
  });

  it("do not name one leaf a hundred thousand times, nor have more blocks than they may", async () => {
    const leaf = (await store.add(Buffer.from("leaf"))).cid;
    const link = { Name: "", Hash: parseCid(leaf), Tsize: 4 };
    async function* heavy(): AsyncGenerator<Uint8Array> {
      yield await carHeader(parseCid(leaf));
      for (let i = 0; i < 17; i++) {
        const block = dagPb.encode({ Data: Buffer.from(String(i)), Links: Array.from({ length: 40_000 }, () => link) });
        const digest = createHash("sha256").update(block).digest();
        const { bytes } = CID.createV1(DAG_PB, Digest.create(SHA2_256, digest));
        yield Uint8Array.from(varint(bytes.length + block.length));
        yield bytes;
        yield block;
      }
    }
    expect(hasCode(await failure(store.importCar(heavy())), "DAG_TOO_LARGE")).to.equal(true);
    const { cid } = await store.add(randomBytes(3 * MIB));
    const other = await openContentStore(path.join(dir, "other"));
    const tight = await failure(other.importCar(store.exportCar(cid), { maxBlocks: 3 }));
    expect(hasCode(tight, "DAG_TOO_LARGE"), String(tight)).to.equal(true);
    expect((await other.importCar(store.exportCar(cid), { maxBlocks: 4 })).blocks).to.equal(4);
    await other.close();
  });

  it("know where each copy of a block lies, whatever is set and dropped (model)", () => {
    const cid = fc.constantFrom("a", "b", "c", "d");
    const pack = fc.constantFrom("p", "q", "r");
    const step = fc.oneof(fc.record({ set: pack, cids: fc.uniqueArray(cid) }), fc.record({ drop: pack }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const index = new PackIndex();
        const model = new Map<string, string[]>();
        for (const one of steps) {
          if ("set" in one) {
            index.set(one.set, new Map(one.cids.map((block) => [block, { offset: 1, length: 1 }])));
            model.set(one.set, one.cids);
          } else {
            index.drop(one.drop);
            model.delete(one.drop);
          }
          for (const block of ["a", "b", "c", "d"]) {
            const expected = [...model].filter(([, cids]) => cids.includes(block)).map(([name]) => name);
            expect(index.copies(block).map((copy) => copy.pack)).to.have.members(expected);
          }
          for (const name of ["p", "q", "r"]) expect(index.blocksOf(name)).to.deep.equal(model.get(name) ?? null);
        }
      }),
      { numRuns: 300, seed: 9 },
    );
  });

  it("are read within a budget that is never exceeded, and everybody gets a turn (property)", async () => {
    const ask = fc.record({
      bytes: fc.integer({ min: 1, max: 10 }),
      ahead: fc.boolean(),
      hold: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(ask, { maxLength: 40 }), async (asks) => {
        const budget = new ByteBudget(20);
        let inUse = 0;
        const use = async (bytes: number, hold: number, giveBack: () => void) => {
          inUse += bytes;
          expect(inUse).to.be.at.most(20);
          expect(budget.reserved).to.be.within(inUse, 20);
          for (let i = 0; i < hold; i++) await new Promise((resolve) => setImmediate(resolve));
          inUse -= bytes;
          giveBack();
          giveBack(); // giving back twice is giving back once
        };
        await Promise.all(
          asks.map(async ({ bytes, ahead, hold }) => {
            if (!ahead) return use(bytes, hold, await budget.demand(bytes));
            const giveBack = budget.ahead(bytes);
            return giveBack ? use(bytes, hold, giveBack) : undefined;
          }),
        );
        expect(budget.reserved).to.equal(0);
        expect(budget.peak).to.be.at.most(20);
      }),
      { numRuns: 200, seed: 5 },
    );
  });
});
