import { expect } from "chai";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNodeApp } from "../../gen-node/http.ts";
import { JobBook } from "../../gen-node/jobs/job-book.ts";

describe("a node's HTTP side", () => {
  let folder: string;
  let book: JobBook;
  let server: Server;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "colophon-node-http-"));
    book = await JobBook.open(join(folder, "jobs.journal"));
    const app = createNodeApp({
      book,
      capability: () => undefined,
      health: () => ({ ok: true }),
      publicHost: "node.example:8443",
    });
    server = app.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(async () => {
    server.close();
    await book.close();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = (
    path: string,
    headers: Record<string, string>,
  ): Promise<{ status: number; allow?: string; code?: string }> =>
    new Promise((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      const call = request({ host: "127.0.0.1", port, path, headers, agent: false }, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            allow: response.headers["access-control-allow-origin"],
            code: (JSON.parse(text) as { code?: string }).code,
          }),
        );
      });
      call.on("error", reject);
      call.end();
    });

  it("answers under the names of this machine and its own public one", async () => {
    for (const host of ["localhost:4603", "127.0.0.1", "[::1]:4603", "node.example:8443"]) {
      expect((await ask("/health", { host })).status, host).to.equal(200);
    }
  });

  it("refuses a page whose name was bound anew to this machine", async () => {
    for (const host of ["evil.test", "evil.test:4603", "localhost.evil.test", "node.example"]) {
      const { status, code } = await ask("/jobs/1", { host, origin: `http://${host}` });
      expect({ status, code }, host).to.deep.equal({ status: 421, code: "MISDIRECTED_REQUEST" });
    }
  });

  it("lets pages of this machine read, and no others", async () => {
    expect((await ask("/health", { host: "127.0.0.1", origin: "http://localhost:4600" })).allow).to.equal(
      "http://localhost:4600",
    );
    expect((await ask("/health", { host: "127.0.0.1", origin: "http://evil.test" })).allow).to.equal(undefined);
  });
});
