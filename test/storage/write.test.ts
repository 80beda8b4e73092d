import { expect } from "chai";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { LIMITS } from "../../common/limits.ts";
import type { ContentStore } from "../../storage/index.ts";
import { serveStore } from "./serve.ts";

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

  it("tells its health and its profile", async () => {
    expect(await (await fetch(`${url}/health`)).json()).to.deep.equal({ ok: true, profile: "unixfs-v1-2025" });
  });
});
