import { expect } from "chai";
import { randomBytes } from "node:crypto";
import type { RequestListener, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { ColophonError } from "../../common/errors.ts";
import { Prng } from "../../common/prng.ts";
import { Retriever } from "../../storage/index.ts";
import { listen } from "./serve.ts";
import { cidOfUrl, smallFile } from "./small-file.ts";

const MIB = 1024 * 1024;
/** A thousand times as long as it looks. */
const BOMB = gzipSync(Buffer.alloc(3 * MIB));
/** Corrupted answers in the long test. */
const CORRUPTED = 10_000;

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe("the retriever", function () {
  this.timeout(120_000);
  const blocks = new Map<string, Uint8Array>();
  const closers: (() => Promise<void>)[] = [];
  let honest: string;
  let asked: string[] = [];

  async function serve(handler: RequestListener): Promise<string> {
    const { url, close } = await listen(handler);
    closers.push(close);
    return url;
  }
  async function add(bytes: Uint8Array, chunk: number): Promise<string> {
    const file = await smallFile(bytes, chunk);
    for (const [cid, block] of file.blocks) blocks.set(cid, block);
    return file.cid;
  }
  const answer: RequestListener = (request, response) => {
    const block = blocks.get(cidOfUrl(request.url));
    response.statusCode = block ? 200 : 404;
    response.end(block);
  };

  before(async () => {
    honest = await serve((request, response) => {
      asked.push(cidOfUrl(request.url));
      answer(request, response);
    });
  });
  beforeEach(() => {
    asked = [];
  });
  after(async () => {
    for (const close of closers) await close();
  });

  it("reads whole files and parts of them, whatever the shape of the tree", async () => {
    const prng = new Prng("retriever parts");
    for (const [size, chunk] of [
      [0, 1000],
      [1, 1000],
      [5000, 1000],
      [30_000, 100],
      [3 * MIB, MIB],
    ] as const) {
      const file = randomBytes(size);
      const cid = await add(file, chunk);
      const retriever = new Retriever({ gateways: [`${honest}/`] });
      expect(Buffer.compare(await retriever.readAll(cid, { maxBytes: size }), file)).to.equal(0);
      for (let i = 0; i < 5; i++) {
        const start = prng.below(size + 1);
        const end = start + prng.below(size + 1);
        const parts: Uint8Array[] = [];
        for await (const part of retriever.read(cid, { maxBytes: size, range: { start, end } })) parts.push(part);
        expect(Buffer.compare(Buffer.concat(parts), file.subarray(start, end)), `${start}-${end}`).to.equal(0);
      }
      expect(retriever.inFlightBytes, "all room is given back").to.equal(0);
    }
  });

  it("asks for eight blocks at a time at most, and each block once", async () => {
    let open = 0;
    let most = 0;
    const counting = await serve((request, response) => {
      open += 1;
      most = Math.max(most, open);
      setImmediate(() => {
        open -= 1;
        answer(request, response);
      });
    });
    const file = randomBytes(60_000);
    const cid = await add(file, 1000);
    const got = await new Retriever({ gateways: [counting] }).readAll(cid, { maxBytes: file.length });
    expect(Buffer.compare(got, file)).to.equal(0);
    expect(most).to.be.within(2, 8);
    await new Retriever({ gateways: [honest] }).readAll(cid, { maxBytes: file.length });
    expect(asked.length).to.equal(new Set(asked).size);
    expect(asked.length).to.equal(61);
  });

  it("goes on to the next source where one does not have it, is broken, or is not there", async () => {
    const empty = await serve((_request, response) => void response.writeHead(404).end());
    const broken = await serve((_request, response) => void response.writeHead(500).end("<html>"));
    const file = randomBytes(5000);
    const cid = await add(file, 1000);
    const retriever = new Retriever({ gateways: [empty, broken, "http://127.0.0.1:1", honest] });
    expect(Buffer.compare(await retriever.readAll(cid, { maxBytes: 5000 }), file)).to.equal(0);
    expect(retriever.banned).to.deep.equal([]);
    const missing = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
    const nobody = new Retriever({ gateways: [empty, empty] });
    expect(await failure(nobody.readAll(missing, { maxBytes: 9 }))).to.have.property("code", "CONTENT_NOT_FOUND");
    // One that could not be asked may have it.
    const unknown = new Retriever({ gateways: [broken, empty] });
    expect(await failure(unknown.readAll(missing, { maxBytes: 9 }))).to.have.property("code", "STORE_UNREACHABLE");
    const none = new Retriever({ gateways: [] });
    expect(await failure(none.readAll(missing, { maxBytes: 9 }))).to.have.property("code", "NO_SOURCE");
  });

  it("asks the store at hand first, and nobody where that has it", async () => {
    const file = randomBytes(5000);
    const cid = await add(file, 1000);
    const local = {
      get: async (at: { toString(): string }) => {
        const block = blocks.get(at.toString());
        if (!block) throw new ColophonError("CONTENT_NOT_FOUND", "not here", { status: 404 });
        return block;
      },
    };
    const retriever = new Retriever({ local, gateways: [honest] });
    expect(Buffer.compare(await retriever.readAll(cid, { maxBytes: 5000 }), file)).to.equal(0);
    expect(asked).to.deep.equal([]);
  });

  it("follows no redirect", async () => {
    const redirecting = await serve((request, response) =>
      response.writeHead(302, { location: `${honest}${request.url}` }).end(),
    );
    const cid = await add(randomBytes(100), 1000);
    const error = await failure(new Retriever({ gateways: [redirecting] }).readAll(cid, { maxBytes: 100 }));
    expect(error).to.have.property("code", "STORE_UNREACHABLE");
    expect(asked).to.deep.equal([]);
  });

  it("asks a gateway that sent one wrong block no more, and says so", async () => {
    let calls = 0;
    const lying = await serve((request, response) => {
      calls += 1;
      const block = Buffer.from(blocks.get(cidOfUrl(request.url)) ?? []);
      block[0] = (block[0] ?? 0) ^ 1;
      response.end(block);
    });
    const bans: string[] = [];
    const retriever = new Retriever({ gateways: [lying, honest], onBan: (url) => bans.push(url) });
    const file = randomBytes(20_000);
    const cid = await add(file, 1000);
    for (let i = 0; i < 3; i++) {
      expect(Buffer.compare(await retriever.readAll(cid, { maxBytes: file.length }), file)).to.equal(0);
    }
    expect(calls).to.equal(1);
    expect(bans).to.deep.equal([lying]);
    expect(retriever.banned).to.deep.equal([lying]);
  });

  it("does not blame a source for content that is larger than its reader wants", async () => {
    const cid = await add(randomBytes(5000), 10_000);
    const retriever = new Retriever({ gateways: [honest] });
    expect(await failure(retriever.readAll(cid, { maxBytes: 4999 }))).to.have.property("code", "CONTENT_TOO_LARGE");
    expect(retriever.banned).to.deep.equal([]);
    const tree = await add(randomBytes(5000), 1000);
    expect(await failure(retriever.readAll(tree, { maxBytes: 4999 }))).to.have.property("code", "CONTENT_TOO_LARGE");
    expect(retriever.banned).to.deep.equal([]);
  });

  it(`gives out no wrong byte of ${CORRUPTED} corrupted answers, and holds at most 32 MiB`, async function () {
    this.timeout(300_000);
    const prng = new Prng("corrupted answers");
    const files: { bytes: Buffer; cid: string }[] = [];
    for (const [size, chunk] of [
      [700, 1000],
      [4000, 1000],
      [20_000, 500],
    ] as const) {
      const bytes = randomBytes(size);
      files.push({ bytes, cid: await add(bytes, chunk) });
    }
    const others = [...blocks.values()].filter((block) => block.length > 1);
    let corrupted = 0;
    const hostile = await serve((request, response) => {
      const block = blocks.get(cidOfUrl(request.url));
      if (!block || prng.below(4) === 0) return answer(request, response); // some honest ones, so that trees get deep
      corrupted += 1;
      corrupt(response, block, others, prng);
    });
    let wrong = 0;
    let whole = 0;
    let peak = 0;
    const goesOn = () => corrupted < CORRUPTED;
    while (goesOn()) {
      const { bytes, cid } = prng.pick(files);
      const rescue = prng.below(3) === 0;
      // Without a ban (as for a store that is alone) more of what it sends is looked at.
      const banMs = prng.below(2) === 0 ? 0 : 600_000;
      const retriever = new Retriever({ gateways: rescue ? [hostile, honest] : [hostile], banMs });
      let at = 0;
      try {
        for await (const part of retriever.read(cid, { maxBytes: bytes.length })) {
          if (Buffer.compare(part, bytes.subarray(at, at + part.length)) !== 0) wrong += 1;
          at += part.length;
        }
        if (at !== bytes.length) wrong += 1;
        whole += 1;
      } catch (error) {
        expect(error).to.be.instanceOf(ColophonError);
        expect(rescue, `an honest source was there: ${String(error)}`).to.equal(false);
      }
      expect(retriever.inFlightBytes).to.equal(0);
      peak = Math.max(peak, retriever.peakInFlightBytes);
    }
    expect(wrong).to.equal(0);
    expect(whole).to.be.greaterThan(500);
    expect(peak).to.be.at.most(32 * MIB);
  });

  it("takes no more than 32 MiB from a source that never ends, with a dozen readers of 64 MiB at once", async () => {
    const file = randomBytes(64 * MIB);
    const cid = await add(file, MIB);
    // Counted where the bytes enter this process: what systems keep in their sockets' buffers is theirs (up to 10 MB a connection).
    let taken = 0;
    const counting: typeof fetch = async (url, init) => {
      const response = await fetch(url, init);
      const count = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          taken += chunk.length;
          controller.enqueue(chunk);
        },
      });
      return new Response(response.body?.pipeThrough(count), response);
    };
    const endless = await serve((request, response) => {
      if (cidOfUrl(request.url) === cid) return answer(request, response);
      const more = () => {
        if (response.destroyed) return;
        response.write(Buffer.alloc(65_536), more);
      };
      more();
    });
    const retriever = new Retriever({ gateways: [endless], fetch: counting });
    const readers = Array.from({ length: 12 }, () => failure(retriever.readAll(cid, { maxBytes: file.length })));
    for (const error of await Promise.all(readers)) expect(error).to.be.instanceOf(ColophonError);
    expect(retriever.peakInFlightBytes).to.be.within(1, 32 * MIB);
    expect(taken).to.be.within(MIB, 32 * MIB);
    expect(retriever.inFlightBytes).to.equal(0);
  });

  it("holds at most 32 MiB for readers who pause, and the others go on", async () => {
    const file = randomBytes(40 * MIB);
    const cid = await add(file, MIB);
    const retriever = new Retriever({ gateways: [honest] });
    const paused = Array.from({ length: 6 }, () => retriever.read(cid, { maxBytes: file.length }));
    for (const reader of paused) await reader.next();
    expect(Buffer.compare(await retriever.readAll(cid, { maxBytes: file.length }), file)).to.equal(0);
    expect(retriever.peakInFlightBytes).to.be.at.most(32 * MIB);
    for (const reader of paused) await reader.return(undefined);
    expect(retriever.inFlightBytes).to.equal(0);
  });

  it("cuts a source off that drips or stalls, within five seconds, and asks it last from then on", async () => {
    const drip: RequestListener = (_request, response) => {
      const timer = setInterval(() => response.write("x"), 500);
      response.on("close", () => clearInterval(timer));
    };
    const halting: RequestListener = (request, response) => {
      const block = blocks.get(cidOfUrl(request.url)) ?? Buffer.alloc(0);
      response.write(block.subarray(0, block.length / 2));
    };
    const silent: RequestListener = () => {};
    const file = randomBytes(3 * MIB);
    const cid = await add(file, MIB);
    await Promise.all(
      [drip, halting, silent].map(async (handler) => {
        const retriever = new Retriever({ gateways: [await serve(handler), honest] });
        const started = performance.now();
        expect(Buffer.compare(await retriever.readAll(cid, { maxBytes: file.length }), file)).to.equal(0);
        expect(performance.now() - started).to.be.within(4000, 6500);
      }),
    );
  });

  it("gives up when its reader does", async () => {
    const cid = await add(randomBytes(3 * MIB), MIB);
    const stop = new AbortController();
    let gone = 0;
    const silent = await serve((_request, response) => void response.on("close", () => (gone += 1)));
    const reading = failure(
      new Retriever({ gateways: [silent] }).readAll(cid, { maxBytes: 3 * MIB, signal: stop.signal }),
    );
    setTimeout(() => stop.abort(), 50);
    expect(await reading).to.have.property("code", "ABORTED");
    const waits = () => gone < 1;
    while (waits()) await new Promise((resolve) => setImmediate(resolve));
  });
});

/** One wrong answer out of many kinds. */
function corrupt(response: ServerResponse, block: Uint8Array, others: Uint8Array[], prng: Prng): void {
  const copy = Buffer.from(block);
  switch (prng.below(13)) {
    case 0: {
      const at = prng.below(copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << prng.below(8));
      response.end(copy);
      return;
    }
    case 1:
      response.end(copy.subarray(0, prng.below(copy.length)));
      return;
    case 2:
      response.end(Buffer.concat([copy, randomBytes(1 + prng.below(5000))]));
      return;
    case 3:
      response.end(pickOther(others, block, prng));
      return;
    case 4:
      response.end();
      return;
    case 5:
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><h1>welcome</h1>");
      return;
    case 6:
      response.writeHead(200, { "content-encoding": "gzip" }).end(BOMB);
      return;
    case 7:
      response.writeHead(200, { "content-length": String(copy.length + 100) }).write(copy, () => response.destroy());
      return;
    case 8:
      response.destroy();
      return;
    case 9:
      response.writeHead(206, { "content-range": `bytes 0-9/${copy.length}` }).end(copy.subarray(0, 10));
      return;
    case 10:
      response.end(copy.toReversed());
      return;
    case 11: {
      const more = () => void (response.destroyed || response.write(Buffer.alloc(65_536), more));
      more();
      return;
    }
    default:
      response.end(Buffer.alloc(copy.length));
  }
}

function pickOther(others: Uint8Array[], block: Uint8Array, prng: Prng): Uint8Array {
  for (;;) {
    const other = prng.pick(others);
    if (Buffer.compare(other, block) !== 0) return other;
  }
}
