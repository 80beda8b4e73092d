import { expect } from "chai";
import express from "express";
import { CID } from "multiformats/cid";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { LIMITS } from "../../common/limits.ts";
import { type ContentStore, createGateway, PeerGatewayTarget, Publisher } from "../../storage/index.ts";
import { RETRY } from "../../storage/pin-targets/retry.ts";
import { listen, serveStore } from "./serve.ts";

/** CID of no bytes at all. */
const EMPTY = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
const GOOD = { authorization: "Bearer open sesame" };

describe("adding over HTTP", function () {
  this.timeout(20_000);
  let url: string;
  let dir: string;
  let store: ContentStore;
  let close: () => Promise<void>;

  before(async () => {
    ({ url, dir, store, close } = await serveStore());
  });
  after(() => close());

  const post = async (where: string, body: Buffer | string, headers: Record<string, string> = GOOD) => {
    const response = await fetch(`${url}/v1/${where}`, { method: "POST", headers, body });
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  };
  const stored = async () =>
    (await readdir(dir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length;

  it("stores a file and says what it is", async () => {
    const file = randomBytes(2_500_000);
    const { status, answer } = await post("files", file);
    expect(status).to.equal(201);
    expect(answer).to.include({ bytes: file.length, sha256: `0x${createHash("sha256").update(file).digest("hex")}` });
    expect(Buffer.compare(await store.readAll(String(answer.cid), { maxBytes: file.length }), file)).to.equal(0);
  });

  it("stores a document in its canonical form", async () => {
    const { status, answer } = await post("documents", '{ "b": 1,\n "a": [true] }');
    expect(status).to.equal(201);
    expect(answer.digest).to.equal(`0x${createHash("sha256").update('{"a":[true],"b":1}').digest("hex")}`);
    for (const bad of ["{", "", Buffer.from([0xff, 0xfe]), `${"[".repeat(50_000)}${"]".repeat(50_000)}`]) {
      expect((await post("documents", bad)).answer.code).to.equal("BAD_DOCUMENT");
    }
    const long = await post("documents", JSON.stringify("x".repeat(LIMITS.documentBytes)));
    expect([long.status, long.answer.code]).to.deep.equal([413, "DOCUMENT_TOO_LARGE"]);
  });

  it("refuses whoever has not the token, before reading the body", async () => {
    const before = await stored();
    const wrong = ["Bearer open sesam", "Bearer open sesame!", "Bearer ", "Basic open sesame", "open sesame", ""];
    for (const authorization of wrong) {
      for (const where of ["files", "documents"]) {
        const { status, answer } = await post(where, "{}", { authorization });
        expect([status, answer.code], authorization).to.deep.equal([401, "UNAUTHORIZED"]);
      }
    }
    expect(await stored()).to.equal(before);
  });

  it("refuses a file that says it is too long at once, and one that does not as soon as it is", async () => {
    const before = await stored();
    const { hostname, port } = new URL(url);
    const head = `POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer open sesame\r\n`;

    const announced = connect(Number(port), hostname);
    announced.write(`${head}Content-Length: ${LIMITS.uploadBytes + 1}\r\n\r\n`);
    const [first] = (await once(announced, "data")) as [Buffer];
    expect(first.toString()).to.match(/^HTTP\/1\.1 413 /);
    announced.destroy();

    const chunk = Buffer.concat([Buffer.from("100000\r\n"), Buffer.alloc(0x100000), Buffer.from("\r\n")]);
    const streaming = connect(Number(port), hostname);
    const told = once(streaming, "data") as Promise<[Buffer]>;
    let refused = false;
    void told.then(() => {
      refused = true;
    });
    streaming.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
    let chunks = 0;
    const goesOn = () => !refused && chunks < 64;
    while (goesOn()) {
      chunks += 1;
      if (!streaming.write(chunk)) await Promise.race([once(streaming, "drain"), told]);
    }
    const answer = (await told)[0].toString();
    expect(answer).to.match(/^HTTP\/1\.1 413 /);
    expect(answer).to.contain("FILE_TOO_LARGE");
    streaming.destroy();
    expect(await stored()).to.equal(before);
  });

  it("keeps nothing of an upload that breaks off", async () => {
    const before = await stored();
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer open sesame\r\nContent-Length: 9000000\r\n\r\n`,
    );
    socket.write(randomBytes(8_000_000));
    const drafts = () => readdir(path.join(dir, "drafts"));
    while ((await drafts()).length === 0) await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    while ((await drafts()).length > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await stored()).to.equal(before);
  });

  it("refuses compressed bodies: what is stored must be what was sent", async () => {
    const { status, answer } = await post("files", gzipSync("x"), { ...GOOD, "content-encoding": "gzip" });
    expect([status, answer.code]).to.deep.equal([415, "UNSUPPORTED_ENCODING"]);
  });

  it("takes whole works as CARs, and gives them up", async () => {
    const other = await serveStore();
    try {
      const file = randomBytes(2_500_000);
      const { cid } = await other.store.add(file);
      const parts: Uint8Array[] = [];
      for await (const part of other.store.exportCar(cid)) parts.push(part);
      const car = Buffer.concat(parts);
      const good = await post("cars", car);
      expect([good.status, good.answer.cid, good.answer.blocks]).to.deep.equal([201, cid, 4]);
      expect(Buffer.compare(await store.readAll(cid, { maxBytes: file.length }), file)).to.equal(0);
      const before = await stored();
      const flipped = Buffer.from(car);
      flipped[200] = (flipped[200] ?? 0) ^ 1;
      const extra = Buffer.concat([car, Buffer.from([37]), CID.parse(EMPTY).bytes, Buffer.from("x")]);
      const bad: [Buffer, string, Record<string, string>?][] = [
        [car, "UNAUTHORIZED", {}],
        [flipped, "BLOCK_MISMATCH"],
        [car.subarray(0, -10), "BAD_CAR"],
        [car.subarray(0, car.length - 800_000), "BAD_CAR"],
        [Buffer.alloc(0), "BAD_CAR"],
        [randomBytes(500), "BAD_CAR"],
        [extra, "BLOCK_MISMATCH"],
      ];
      for (const [body, code, headers] of bad) {
        expect((await post("cars", body, headers ?? GOOD)).answer.code, code).to.equal(code);
      }
      expect(await stored(), "nothing is kept of what was refused").to.equal(before);
      const pin = `${url}/v1/pins/${cid}`;
      expect((await fetch(pin, { method: "DELETE" })).status).to.equal(401);
      expect((await fetch(pin, { method: "DELETE", headers: GOOD })).status).to.equal(204);
      expect((await store.gc({ dryRun: true })).removed).to.deep.equal([cid]);
      await store.pin(cid);
    } finally {
      await other.close();
    }
  });

  it("acknowledges a file only when enough copies are proven, and tells how many there are", async () => {
    const peer = await serveStore();
    let away = true;
    const front = await listen((request, response) => {
      if (away) return void response.destroy();
      void forward(peer.url, request, response);
    });
    const retry = { ...RETRY, attempts: 2, sleep: async () => {} };
    const target = new PeerGatewayTarget({ name: "peer", url: front.url, token: "open sesame", retry });
    const publisher = await Publisher.open({
      dir: path.join(dir, "publications"),
      store,
      targets: [target],
      required: 2,
    });
    const own = await listen(express().use(createGateway(store, { token: "open sesame", publisher })));
    try {
      const send = () => fetch(`${own.url}/v1/files`, { method: "POST", headers: GOOD, body: "twice" });
      const refused = await send();
      expect([refused.status, ((await refused.json()) as { code: string }).code]).to.deep.equal([
        503,
        "UNDER_REPLICATED",
      ]);
      away = false;
      const { cid } = (await (await send()).json()) as { cid: string };
      expect(await peer.store.has(cid)).to.equal(true);
      const replicas = (await (await fetch(`${own.url}/v1/replicas/${cid}`)).json()) as Record<string, unknown>;
      expect(replicas).to.include({ cid, state: "announced", required: 2, copies: 2 });
      expect(replicas.proven).to.have.all.keys("local", "peer");
      expect((await fetch(`${own.url}/v1/replicas/${EMPTY}`)).status).to.equal(404);
      const given = await fetch(`${own.url}/v1/pins/${cid}`, { method: "DELETE", headers: GOOD });
      expect(given.status).to.equal(204);
      expect((await peer.store.gc({ dryRun: true })).removed, "the copy is given up too").to.deep.equal([cid]);
    } finally {
      for (const { close: stop } of [own, front, peer]) await stop();
      await publisher.close();
    }
  });

  it("tells its health and its profile", async () => {
    expect(await (await fetch(`${url}/health`)).json()).to.deep.equal({ ok: true, profile: "unixfs-v1-2025" });
  });
});

/** Hands a request on, and its answer back. */
async function forward(to: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  const { method = "GET", headers } = request;
  const answer = await fetch(to + (request.url ?? ""), {
    method,
    headers: { authorization: headers.authorization ?? "" },
    body: method === "POST" ? Buffer.concat(parts) : undefined,
  });
  response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
}
