import { expect } from "chai";
import { CID } from "multiformats/cid";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { hasCode } from "../../common/errors.ts";
import { rawCid } from "../../storage/import-leaves.ts";
import {
  CarUploadTarget,
  type ContentStore,
  KuboTarget,
  openContentStore,
  PeerGatewayTarget,
  type PinTarget,
  StoreTarget,
} from "../../storage/index.ts";
import { readTargets } from "../../storage/pin-targets/read-targets.ts";
import { RETRY } from "../../storage/pin-targets/retry.ts";
import { serveKubo } from "./kubo-peer.ts";
import { listen, serveStore } from "./serve.ts";

const MIB = 1024 * 1024;
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe("targets for copies", function () {
  this.timeout(30_000);
  const closers: (() => Promise<void>)[] = [];
  const quick = { ...RETRY, attempts: 2, sleep: async () => {} };
  let dir: string;
  let source: ContentStore;

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "colophon-targets-"));
    source = await openContentStore(path.join(dir, "source"));
  });
  after(async () => {
    for (const close of closers) await close();
    await rm(dir, { recursive: true, force: true });
  });

  /** Each kind of target, with the store that stands behind it. */
  const kinds = {
    "a folder": async () => {
      const behind = await openContentStore(await mkdtemp(path.join(dir, "folder-")));
      return { target: new StoreTarget("folder", behind), behind };
    },
    "another store": async () => {
      const { url, store, close } = await serveStore();
      closers.push(close);
      return {
        target: new PeerGatewayTarget({ name: "peer", url, token: "open sesame", retry: quick }),
        behind: store,
      };
    },
    "a Kubo node": async () => {
      const behind = await openContentStore(await mkdtemp(path.join(dir, "kubo-")));
      const { url, close } = await serveKubo(behind);
      closers.push(close);
      return { target: new KuboTarget({ name: "kubo", url, retry: quick }), behind };
    },
    "a service for CARs": async () => {
      const gateway = await serveStore();
      const upload = await listen((request, response) => {
        const cid = /^\/cars\/(\w+)$/.exec(request.url ?? "")?.[1] ?? "";
        if (request.headers.authorization !== "Basic secret" || request.headers["idempotency-key"] !== cid) {
          return void response.writeHead(403).end();
        }
        if (request.method === "DELETE") {
          return void gateway.store.blocks.remove(CID.parse(cid)).then(() => response.writeHead(204).end());
        }
        void gateway.store.importCar(request).then(
          () => response.writeHead(200).end(),
          () => response.writeHead(400).end(),
        );
      });
      closers.push(gateway.close, upload.close);
      const options = { name: "cars", url: `${upload.url}/cars/{cid}`, authorization: "Basic secret", retry: quick };
      return { target: new CarUploadTarget({ ...options, gateways: [gateway.url] }), behind: gateway.store };
    },
  } satisfies Record<string, () => Promise<{ target: PinTarget; behind: ContentStore }>>;

  for (const [kind, make] of Object.entries(kinds)) {
    it(`keep whole works: ${kind}`, async () => {
      const { target, behind }: { target: PinTarget; behind: ContentStore } = await make();
      for (const size of [10, 2 * MIB + 5]) {
        const file = randomBytes(size);
        const added = await source.add(file);
        const cid = CID.parse(added.cid);
        const work = { cid, name: "test", car: () => source.exportCar(added.cid) };
        expect(await target.status(cid)).to.equal("absent");
        for (let i = 0; i < 2; i++) expect(await target.ensure(work)).to.equal("pinned");
        expect(await target.status(cid)).to.equal("pinned");
        expect(Buffer.compare(await behind.readAll(added.cid, { maxBytes: size }), file)).to.equal(0);
        for (const block of (await source.blocks.blocksOf(cid)) ?? []) {
          const bytes = await target.block(CID.parse(block));
          expect(Buffer.compare(bytes, await source.blocks.get(CID.parse(block)))).to.equal(0);
        }
        const missing = await failure(target.block(rawCid(randomBytes(9))));
        expect(hasCode(missing, "CONTENT_NOT_FOUND"), String(missing)).to.equal(true);
        await target.remove(cid);
        if (kind !== "a service for CARs") await behind.gc();
        if (kind !== "a service for CARs") expect(await target.status(cid)).to.equal("absent");
        await target.remove(cid);
      }
    });
  }

  it("are not blamed for a work that is damaged here", async () => {
    const { target } = await kinds["another store"]();
    const added = await source.add(randomBytes(2 * MIB));
    const pack = path.join(dir, "source", "packs", `${added.cid}.car`);
    await writeFile(pack, Buffer.alloc(3 * MIB));
    const work = { cid: CID.parse(added.cid), name: "test", car: () => source.exportCar(added.cid) };
    const error = await failure(target.ensure(work));
    expect(hasCode(error, "BLOCK_CORRUPT"), String(error)).to.equal(true);
    expect(await target.status(work.cid)).to.equal("absent");
  });

  it("that refuse, or are away, are told apart", async () => {
    const added = await source.add(randomBytes(50));
    const work = { cid: CID.parse(added.cid), name: "test", car: () => source.exportCar(added.cid) };
    const { url, close } = await serveStore();
    closers.push(close);
    const cases: [PinTarget, string][] = [
      [new PeerGatewayTarget({ name: "x", url, token: "wrong", retry: quick }), "PIN_TARGET_DENIED"],
      [
        new PeerGatewayTarget({ name: "x", url: "http://127.0.0.1:1", token: "", retry: quick }),
        "PIN_TARGET_UNREACHABLE",
      ],
      [new PeerGatewayTarget({ name: "x", url: `${url}/elsewhere`, token: "", retry: quick }), "PIN_TARGET_REFUSED"],
      [new KuboTarget({ name: "x", url, retry: quick }), "PIN_TARGET_REFUSED"],
    ];
    for (const [target, code] of cases) expect(await failure(target.ensure(work))).to.have.property("code", code);
  });

  it("are read from a file that has no secrets in it", async () => {
    const file = path.join(dir, "targets.json");
    expect(await readTargets(file, {})).to.equal(null);
    const targets = [
      { kind: "store-folder", name: "disk", dir: "second" },
      { kind: "peer-gateway", name: "peer", url: "http://127.0.0.1:4602", tokenEnv: "PEER_TOKEN" },
      { kind: "kubo", name: "kubo", url: "http://127.0.0.1:5001" },
      { kind: "car-upload", name: "cars", url: "https://up.example/{cid}", gateways: ["https://gw.example"] },
      {
        kind: "pinning-service",
        name: "psa",
        url: "https://psa.example",
        tokenEnv: "PSA",
        gateways: ["https://gw.example"],
      },
    ];
    await writeFile(file, JSON.stringify({ required: 2, targets }));
    const read = await readTargets(file, { PEER_TOKEN: "a", PSA: "b" });
    expect([read?.required, read?.targets.map(({ name }) => name)]).to.deep.equal([
      2,
      ["disk", "peer", "kubo", "cars", "psa"],
    ]);
    const bad: [object, RegExp][] = [
      [{ required: 2, targets }, /PEER_TOKEN is not set/],
      [{ required: 3, targets: targets.slice(0, 1) }, /3 copies are required of 2 places/],
      [{ required: 0, targets: [] }, /required/],
      [{ required: 1, targets: [{ ...targets[0], name: "local" }] }, /names must differ/],
      [{ required: 1, targets: [{ ...targets[1], token: "secret" }] }, /token/],
      [{ required: 1, targets: [{ ...targets[2], url: "file:///etc" }] }, /url/i],
    ];
    for (const [content, message] of bad) {
      await writeFile(file, JSON.stringify(content));
      const error = await failure(readTargets(file, {}));
      expect(error).to.have.property("code", "BAD_TARGETS");
      expect(String(error)).to.match(message);
    }
  });
});
