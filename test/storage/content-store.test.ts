import { expect } from "chai";
import { importByteStream } from "ipfs-unixfs-importer";
import { CID } from "multiformats/cid";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { hasCode } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import { Prng } from "../../common/prng.ts";
import { importLeaves, rawCid } from "../../storage/import-leaves.ts";
import { HEADER_BYTES, PackFile } from "../../storage/pack-file.ts";
import { importerOptions } from "../../storage/profile.ts";
import { type ContentStore, openContentStore } from "../../storage/index.ts";

const MIB = 1024 * 1024;

async function collect(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

/** Every file under a folder. */
async function filesUnder(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe("the content store", function () {
  this.timeout(20_000);
  let dir: string;
  let store: ContentStore;

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "colophon-store-"));
    store = await openContentStore(dir);
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it("gives back what was added, after a new start too", async () => {
    for (const size of [0, 1, 1000, MIB, MIB + 1, 3 * MIB + 5]) {
      const file = randomBytes(size);
      const added = await store.add(size % 2 ? file : Readable.from([file.subarray(0, 100), file.subarray(100)]));
      expect(added.bytes).to.equal(size);
      expect(added.sha256).to.equal(`0x${createHash("sha256").update(file).digest("hex")}`);
      for (const reader of [store, await openContentStore(dir)]) {
        expect(await reader.has(added.cid)).to.equal(true);
        expect(await reader.stat(added.cid)).to.deep.equal({ cid: added.cid, bytes: size });
        expect(Buffer.compare(await reader.readAll(added.cid, { maxBytes: size }), file)).to.equal(0);
      }
    }
  });

  it("reads any part of a file as slicing would", async () => {
    const file = randomBytes(3 * MIB + 777);
    const { cid } = await store.add(file);
    const prng = new Prng("parts");
    const edges = [0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB, 3 * MIB, file.length - 1, file.length, file.length + 5];
    for (let i = 0; i < 60; i++) {
      const offset = i % 2 ? prng.below(file.length) : prng.pick(edges);
      const length = i % 3 ? prng.below(2 * MIB) : prng.pick([0, 1, MIB]);
      const part = await collect(store.cat(cid, { offset, length }));
      expect(Buffer.compare(part, file.subarray(offset, offset + length)), `${offset}+${length}`).to.equal(0);
    }
  });

  it("reads only the blocks that a part needs", async () => {
    const { cid } = await store.add(randomBytes(3 * MIB));
    const pack = (await filesUnder(path.join(dir, "packs")))[0] ?? "";
    const bytes = await readFile(pack);
    bytes[200] = (bytes[200] ?? 0) ^ 1; // inside the first leaf
    await writeFile(pack, bytes);
    expect((await collect(store.cat(cid, { offset: MIB, length: 2 * MIB }))).length).to.equal(2 * MIB);
    expect(hasCode(await failure(collect(store.cat(cid, { offset: 0, length: 1 }))), "BLOCK_CORRUPT")).to.equal(true);
  });

  it("never gives out a damaged block, and adding the file again heals it", async () => {
    for (const size of [5000, 2 * MIB + 1]) {
      const file = randomBytes(size);
      const { cid } = await store.add(file);
      const stored = (await filesUnder(dir)).find((name) => name.includes(cid)) ?? "";
      const prng = new Prng(`damage ${size}`);
      for (let round = 0; round < 12; round++) {
        const bytes = await readFile(stored);
        const at = size > MIB ? 120 + prng.below(bytes.length - 1000) : prng.below(bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << prng.below(8));
        await writeFile(stored, bytes);
        const error = await failure(store.readAll(cid, { maxBytes: size }));
        expect(error, `bit at ${at}`).to.be.instanceOf(Error);
        await store.add(file);
        expect(Buffer.compare(await store.readAll(cid, { maxBytes: size }), file)).to.equal(0);
      }
      await writeFile(stored, (await readFile(stored)).subarray(0, 100));
      expect(await failure(store.readAll(cid, { maxBytes: size })), "cut short").to.be.instanceOf(Error);
      await store.add(file);
      expect(Buffer.compare(await store.readAll(cid, { maxBytes: size }), file)).to.equal(0);
    }
  });

  it("starts although one work's file is damaged beyond reading, serves the others, and heals it", async () => {
    const good = await store.add(randomBytes(2 * MIB));
    const file = randomBytes(2 * MIB);
    const bad = await store.add(file);
    const pack = (await filesUnder(path.join(dir, "packs"))).find((name) => name.includes(bad.cid)) ?? "";
    await writeFile(pack, Buffer.alloc(5000, 0xff));
    const again = await openContentStore(dir);
    expect(again.blocks.damaged).to.deep.equal([`${bad.cid}.car`]);
    expect((await again.readAll(good.cid, { maxBytes: 2 * MIB })).length).to.equal(2 * MIB);
    expect(hasCode(await failure(again.stat(bad.cid)), "PACK_CORRUPT")).to.equal(true);
    await again.add(file);
    expect(Buffer.compare(await again.readAll(bad.cid, { maxBytes: 2 * MIB }), file)).to.equal(0);
  });

  it("refuses a stream as soon as it is too long, and keeps nothing of it", async () => {
    let given = 0;
    async function* endless() {
      for (;;) {
        given += MIB;
        yield Buffer.alloc(MIB, given % 251);
      }
    }
    expect(hasCode(await failure(store.add(endless())), "FILE_TOO_LARGE")).to.equal(true);
    expect(given).to.be.at.most(LIMITS.uploadBytes + 4 * MIB);
    expect(hasCode(await failure(store.add(randomBytes(11), { maxBytes: 10 })), "FILE_TOO_LARGE")).to.equal(true);
    expect(await filesUnder(dir)).to.deep.equal([]);
  });

  it("keeps nothing of a stream that breaks", async () => {
    async function* broken() {
      yield randomBytes(3 * MIB);
      throw new Error("the other side left");
    }
    expect(String(await failure(store.add(broken())))).to.contain("the other side left");
    expect(await filesUnder(dir)).to.deep.equal([]);
  });

  it("adds the same and different files at once", async () => {
    const files = [0, 1, 2].map(() => randomBytes(2 * MIB));
    const added = await Promise.all([...files, ...files, ...files].map((file) => store.add(file)));
    expect(new Set(added.map(({ cid }) => cid)).size).to.equal(3);
    for (const [i, file] of files.entries()) {
      expect(Buffer.compare(await store.readAll(added[i]?.cid ?? "", { maxBytes: 4 * MIB }), file)).to.equal(0);
    }
    expect(await readdir(path.join(dir, "drafts"))).to.deep.equal([]);
  });

  it("sees what another process adds to the same folder", async () => {
    const other = await openContentStore(dir);
    for (const size of [10, 2 * MIB]) {
      const { cid } = await other.add(randomBytes(size));
      expect((await store.readAll(cid, { maxBytes: size })).length).to.equal(size);
    }
  });

  it("removes drafts of a process that is gone, and leaves those of one that is not", async () => {
    await writeFile(path.join(dir, "drafts", "999999999-1-1"), "torn");
    await writeFile(path.join(dir, "drafts", `${process.ppid}-1-1`), "of a living process");
    await openContentStore(dir);
    expect(await readdir(path.join(dir, "drafts"))).to.deep.equal([`${process.ppid}-1-1`]);
  });

  it("leaves the drafts of its own process to whoever is writing them", async () => {
    let opened = false;
    async function* slowly() {
      yield randomBytes(2 * MIB);
      await openContentStore(dir);
      opened = true;
      yield randomBytes(MIB);
    }
    const { cid } = await store.add(slowly());
    expect(opened).to.equal(true);
    expect((await store.readAll(cid, { maxBytes: 3 * MIB })).length).to.equal(3 * MIB);
  });

  it("reads a folder whose pack another process wrote anew in another order", async () => {
    const files = [1000, 2000].map((size, i) => ({ path: `${i}`, content: randomBytes(size) }));
    const other = await openContentStore(dir);
    const { cid } = await store.addFolder(files);
    const blocks = await store.blocks.blocksOf(CID.parse(cid));
    expect((await other.addFolder(files.toReversed())).cid).to.equal(cid);
    await store.close(); // the files that it has open are still those of the first pack
    for (const block of blocks ?? []) await store.blocks.get(CID.parse(block));
    expect(blocks).to.have.length(3);
  });

  it("does not pin what another process has removed", async () => {
    const other = await openContentStore(dir);
    for (const size of [10, 2 * MIB]) {
      const { cid } = await store.add(randomBytes(size));
      await store.release(cid);
      expect((await other.gc()).removed).to.deep.equal([cid]);
      expect(hasCode(await failure(store.pin(cid)), "CONTENT_NOT_FOUND")).to.equal(true);
      expect(hasCode(await failure(store.release(cid)), "CONTENT_NOT_FOUND")).to.equal(true);
      expect(await store.has(cid)).to.equal(false);
      expect(await readdir(path.join(dir, "released"))).to.deep.equal([]);
    }
  });

  it("takes leaves from a source as a window that slides: each that is stored lets one more in", async () => {
    const window = 4;
    let taken = 0;
    async function* source() {
      for (; taken < 12; taken++) yield randomBytes(MIB);
    }
    const waiting: (() => void)[] = [];
    const writer = {
      put: async () => {},
      leaf: (bytes: Uint8Array) => new Promise<CID>((resolve) => waiting.push(() => resolve(rawCid(bytes)))),
    };
    const options = { ...importerOptions(), blockWriteConcurrency: 1, bufferImporter: importLeaves(writer, window) };
    const added = importByteStream(source(), { put: async (cid: CID) => cid }, options);
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    for (let stored = 0; stored < 12; stored++) {
      await settled();
      expect(waiting.length, "under way").to.equal(Math.min(window, 12 - stored));
      expect(taken, "taken from the source").to.be.at.most(stored + window + 1);
      waiting.shift()?.();
    }
    await added;
  });

  it("writes each block of a pack once, where it says", async () => {
    const file = await open(path.join(dir, "pack"), "wx+");
    try {
      const pack = new PackFile(file.fd);
      const blocks = Array.from({ length: 5 }, () => randomBytes(MIB));
      const offsets = [...blocks, ...blocks].map((block) => pack.put(rawCid(block).bytes, block));
      expect((await file.stat()).size).to.equal(HEADER_BYTES + 5 * (3 + 36 + MIB));
      for (const [index, offset] of offsets.entries()) {
        const { buffer } = await file.read(Buffer.alloc(MIB), 0, MIB, offset);
        expect(Buffer.compare(buffer, blocks[index % 5] as Buffer)).to.equal(0);
      }
    } finally {
      await file.close();
    }
  });

  it("names a document by its canonical spelling", async () => {
    const one = await store.addDocument({ b: [1, { d: null, c: "é" }], a: 2 });
    const two = await store.addDocument({ a: 2, b: [1, { c: "é", d: null }] });
    expect(one).to.deep.equal(two);
    const text = '{"a":2,"b":[1,{"c":"é","d":null}]}';
    expect(Buffer.from(await store.readAll(one.cid, { maxBytes: 1000 })).toString()).to.equal(text);
    expect(one.digest).to.equal(`0x${createHash("sha256").update(text).digest("hex")}`);
  });

  it("refuses documents that are too long, too deep, or not JSON", async () => {
    const long = { text: "x".repeat(LIMITS.documentBytes) };
    expect(hasCode(await failure(store.addDocument(long)), "DOCUMENT_TOO_LARGE")).to.equal(true);
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    for (const bad of [deep, { n: Number.NaN }, { f: () => 1 }]) {
      expect(hasCode(await failure(store.addDocument(bad)), "BAD_DOCUMENT")).to.equal(true);
    }
  });

  it("tells apart what is no CID, what is not here, and what is too large to read", async () => {
    expect(hasCode(await failure(store.has("hello")), "BAD_CID")).to.equal(true);
    const { cid } = await store.add(Buffer.from("ten bytes!"));
    const missing = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
    expect(await store.has(missing)).to.equal(false);
    expect(hasCode(await failure(store.stat(missing)), "CONTENT_NOT_FOUND")).to.equal(true);
    expect(hasCode(await failure(store.readAll(cid, { maxBytes: 9 })), "CONTENT_TOO_LARGE")).to.equal(true);
  });
});
