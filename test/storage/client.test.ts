import { expect } from "chai";
import * as dagPb from "@ipld/dag-pb";
import { CID } from "multiformats/cid";
import * as raw from "multiformats/codecs/raw";
import { sha256 } from "multiformats/hashes/sha2";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import path from "node:path";
import { z } from "zod";
import { hasCode } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import { Prng } from "../../common/prng.ts";
import { type ContentStore, StoreClient } from "../../storage/index.ts";
import { listen, serveStore } from "./serve.ts";

const MIB = 1024 * 1024;
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

/** Unsigned LEB128 of a number below 2^28. */
const varint = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >> 7)]);

describe("the store's client", function () {
  this.timeout(20_000);
  let url: string;
  let store: ContentStore;
  let close: () => Promise<void>;
  let client: StoreClient;

  before(async () => {
    ({ url, store, close } = await serveStore());
    client = new StoreClient({ url: `${url}/`, token: "open sesame" });
  });
  after(() => close());

  /** A client of a store that answers `/ipfs/...` its own way. */
  async function against(handler: RequestListener, run: (hostile: StoreClient) => Promise<void>): Promise<void> {
    const server = await listen(handler);
    try {
      await run(new StoreClient({ url: server.url, token: "open sesame", timeoutMs: 300 }));
    } finally {
      await server.close();
    }
  }

  it("adds and gets files of one block and of many", async () => {
    for (const size of [0, 10, MIB, MIB + 1, 3 * MIB]) {
      const file = new Uint8Array(randomBytes(size));
      const added = await client.add(file);
      expect(added).to.deep.equal(await store.add(file));
      expect(await client.has(added.cid)).to.equal(true);
      expect(Buffer.compare(await client.get(added.cid, { maxBytes: size }), file)).to.equal(0);
      if (size > 0) {
        const error = await failure(client.get(added.cid, { maxBytes: size - 1 }));
        expect(hasCode(error, "CONTENT_TOO_LARGE"), String(error)).to.equal(true);
      }
    }
  });

  it("adds and gets documents, checked against a schema", async () => {
    const added = await client.addDocument({ title: "Colophon", n: 1 });
    expect(added).to.deep.equal(await store.addDocument({ n: 1, title: "Colophon" }));
    const schema = z.object({ title: z.string(), n: z.number() });
    expect(await client.getDocument(added.cid, schema)).to.deep.equal({ title: "Colophon", n: 1 });
    const other = z.object({ title: z.number() });
    expect(hasCode(await failure(client.getDocument(added.cid, other)), "BAD_DOCUMENT")).to.equal(true);
    const { cid } = await client.add(new TextEncoder().encode("{ not json"));
    expect(hasCode(await failure(client.getDocument(cid, schema)), "BAD_DOCUMENT")).to.equal(true);
  });

  it("asks other gateways for what the store cannot give, or gives wrong", async () => {
    const elsewhere = await serveStore();
    try {
      for (const size of [10, 2 * MIB + 1]) {
        const file = new Uint8Array(randomBytes(size));
        const { cid } = await elsewhere.store.add(file);
        const both = new StoreClient({ url, gateways: [elsewhere.url] });
        expect(Buffer.compare(await both.get(cid, { maxBytes: size }), file)).to.equal(0);
        expect(await failure(client.get(cid, { maxBytes: size }))).to.have.property("code", "CONTENT_NOT_FOUND");
        const away = new StoreClient({ url: "http://127.0.0.1:1", gateways: [elsewhere.url] });
        expect(Buffer.compare(await away.get(cid, { maxBytes: size }), file)).to.equal(0);
      }
    } finally {
      await elsewhere.close();
    }
  });

  it("passes the store's refusals on with their codes", async () => {
    const missing = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
    const stranger = new StoreClient({ url });
    const cases: [() => Promise<unknown>, string][] = [
      [() => client.get(missing, { maxBytes: 100 }), "CONTENT_NOT_FOUND"],
      [() => client.get("nonsense", { maxBytes: 100 }), "BAD_CID"],
      [() => stranger.add(new Uint8Array([1])), "UNAUTHORIZED"],
      [() => client.add(new Uint8Array(LIMITS.uploadBytes + 1)), "FILE_TOO_LARGE"],
      [() => new StoreClient({ url: "http://127.0.0.1:1" }).get(missing, { maxBytes: 1 }), "STORE_UNREACHABLE"],
    ];
    for (const [run, code] of cases) expect(await failure(run())).to.have.property("code", code);
    expect(await client.has(missing)).to.equal(false);
  });

  it("gives out no byte of a block that was changed on the way", async () => {
    const prng = new Prng("flip");
    const files = [randomBytes(300), randomBytes(2 * MIB + 9)];
    for (const file of files) {
      const { cid } = await store.add(file);
      await against(
        (request, response) => {
          void fetch(`${url}${request.url}`).then(async (answer) => {
            const bytes = Buffer.from(await answer.arrayBuffer());
            const at = prng.below(bytes.length);
            bytes[at] = (bytes[at] ?? 0) ^ (1 << prng.below(8));
            response.end(bytes);
          });
        },
        async (hostile) => {
          for (let i = 0; i < 20; i++) {
            const error = await failure(hostile.get(cid, { maxBytes: file.length }));
            expect(hasCode(error, "BLOCK_MISMATCH"), String(error)).to.equal(true);
          }
        },
      );
    }
  });

  it("cuts off a store that never ends, stalls, or breaks", async () => {
    const { cid } = await store.add(randomBytes(2 * MIB));
    let sent = 0;
    const endless: RequestListener = (_request, response) => {
      const more = () => {
        if (response.destroyed) return;
        sent += 65_536;
        response.write(Buffer.alloc(65_536), more);
      };
      more();
    };
    await against(endless, async (hostile) => {
      expect(await failure(hostile.get(cid, { maxBytes: 100 * MIB }))).to.have.property("code", "CONTENT_TOO_LARGE");
      expect(sent).to.be.at.most(8 * MIB);
    });
    await against(
      (_request, response) => void response.write("a"),
      async (hostile) => {
        expect(await failure(hostile.get(cid, { maxBytes: MIB }))).to.have.property("code", "STORE_TIMEOUT");
      },
    );
    await against(
      () => {},
      async (hostile) => {
        expect(await failure(hostile.get(cid, { maxBytes: MIB }))).to.have.property("code", "STORE_TIMEOUT");
      },
    );
    await against(
      (_request, response) =>
        void response.writeHead(200, { "content-length": "9" }).write("a", () => response.destroy()),
      async (hostile) => {
        expect(await failure(hostile.get(cid, { maxBytes: MIB }))).to.have.property("code", "STORE_UNREACHABLE");
      },
    );
    await against(
      (_request, response) => void response.writeHead(500).end("<html>"),
      async (hostile) => {
        expect(await failure(hostile.get(cid, { maxBytes: MIB }))).to.have.property("code", "STORE_UNREACHABLE");
      },
    );
  });

  it("ends with a tree that claims more than it holds, however often its blocks are named", async () => {
    // Eight levels of 64 links to one empty leaf: honest hashes, 2^48 visits.
    const blocks = new Map<string, Uint8Array>();
    const keep = async (code: number, bytes: Uint8Array): Promise<CID> => {
      const cid = CID.createV1(code, await sha256.digest(bytes));
      blocks.set(cid.toString(), bytes);
      return cid;
    };
    let child = await keep(raw.code, new Uint8Array());
    let size = 1;
    for (let level = 0; level < 8; level++) {
      // UnixFS by hand: type 2 (file), and one block size for each link.
      const sizes = Array.from({ length: 64 }, () => [0x20, ...varint(size)]).flat();
      const links = Array.from({ length: 64 }, () => ({ Name: "", Tsize: 1, Hash: child }));
      child = await keep(dagPb.code, dagPb.encode({ Data: Uint8Array.from([0x08, 0x02, ...sizes]), Links: links }));
      size = 64 * size > 1_000_000 ? 1 : 64 * size;
    }
    let asked = 0;
    const handler: RequestListener = (request, response) => {
      asked += 1;
      const cid = new URL(request.url ?? "", "http://localhost").pathname.slice("/ipfs/".length);
      response.end(blocks.get(cid));
    };
    await against(handler, async (hostile) => {
      const error = await Promise.race([
        failure(hostile.get(child.toString(), { maxBytes: 32 * MIB })),
        new Promise((resolve) => setTimeout(() => resolve("still reading"), 3000)),
      ]);
      expect(hasCode(error, "NOT_A_FILE"), String(error)).to.equal(true);
      expect(asked).to.be.lessThan(20);
    });
  });

  it("refuses a tree by the size that its root states, before it reads the rest", async () => {
    const { cid } = await store.add(new Uint8Array(randomBytes(3 * MIB)));
    let asked = 0;
    const handler: RequestListener = (request, response) => {
      asked += 1;
      void fetch(`${url}${request.url}`).then(async (answer) => response.end(await answer.bytes()));
    };
    await against(handler, async (watched) => {
      const error = await failure(watched.get(cid, { maxBytes: 2 * MIB }));
      expect(hasCode(error, "CONTENT_TOO_LARGE"), String(error)).to.equal(true);
      expect(asked).to.equal(1);
    });
  });

  it("notices a store that names other bytes than were sent", async () => {
    const other = await store.add(Buffer.from("something else"));
    const answer: RequestListener = (_request, response) => {
      response.writeHead(201, { "content-type": "application/json" }).end(JSON.stringify(other));
    };
    await against(answer, async (hostile) => {
      expect(await failure(hostile.add(new Uint8Array([1, 2])))).to.have.property("code", "STORE_LIED");
      expect(await failure(hostile.addDocument({ a: 1 }))).to.have.property("code", "STORE_LIED");
    });
  });

  it("runs in a browser: nothing that it imports is of Node", async () => {
    const seen = new Set<string>();
    const visit = async (file: string): Promise<void> => {
      if (seen.has(file)) return;
      seen.add(file);
      const source = await readFile(file, "utf8");
      expect(source, file).to.not.match(/from "node:|import\("node:|\bBuffer\b|\bprocess\./);
      for (const [, found] of source.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
        await visit(path.join(path.dirname(file), found ?? ""));
      }
    };
    await visit(path.join(import.meta.dirname, "../../storage/client.ts"));
    expect([...seen].map((file) => path.basename(file))).to.include.members(["client.ts", "walk-file.ts", "digest.ts"]);
  });
});
