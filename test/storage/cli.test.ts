import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { openContentStore } from "../../storage/index.ts";

const ROOM = path.join(import.meta.dirname, "../../storage");

describe("the store's command and process", function () {
  this.timeout(30_000);
  let dir: string;
  let dataDir: string;
  let file: string;
  const content = randomBytes(1_500_000);

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "colophon-store-cli-"));
    dataDir = path.join(dir, "store");
    file = path.join(dir, "picture.bin");
    await writeFile(file, content);
  });
  after(() => rm(dir, { recursive: true, force: true }));

  async function run(...args: string[]): Promise<{ code: number; out: Buffer; err: string }> {
    const child = spawn(process.execPath, [path.join(ROOM, "cli.ts"), ...args], {
      env: { ...process.env, DATA_DIR: dataDir, STORE_TOKEN: "token" },
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    const [code] = (await once(child, "close")) as [number];
    return { code, out: Buffer.concat(out), err: Buffer.concat(err).toString() };
  }
  const json = (out: Buffer) => JSON.parse(out.toString()) as Record<string, unknown>;

  it("adds, cats and verifies", async () => {
    const missing = await run("verify", file, "--json");
    expect([missing.code, json(missing.out).stored]).to.deep.equal([1, false]);
    const added = await run("add", file, "--json");
    expect(added.code, added.err).to.equal(0);
    const { cid } = json(added.out);
    expect(Buffer.compare((await run("cat", String(cid))).out, content)).to.equal(0);
    expect(json((await run("verify", file, "--json")).out)).to.deep.equal({ ok: true, file, cid, stored: true });
    expect(json((await run("verify", String(cid), "--json")).out)).to.deep.equal({
      ok: true,
      cid,
      bytes: content.length,
      code: null,
    });
  });

  it("says in one line what is wrong", async () => {
    const absent = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
    const cases: [string[], RegExp][] = [
      [["add", path.join(dir, "nothing")], /^FILE_NOT_FOUND: .+\n$/],
      [["cat", absent], /^CONTENT_NOT_FOUND: .+\n$/],
      [["cat", "nonsense"], /^BAD_CID: .+\n$/],
      [["frobnicate", "x"], /^USAGE: .+\n$/],
      [["add"], /^USAGE: .+\n$/],
    ];
    for (const [args, message] of cases) {
      const { code, err } = await run(...args);
      expect(err, args.join(" ")).to.match(message);
      expect(code).to.equal(1);
    }
    expect((await run("verify", absent)).code).to.equal(1);
  });

  it("works on a running store too, which stops cleanly and keeps what it was given", async () => {
    const child = spawn(process.execPath, [path.join(ROOM, "server.ts")], {
      env: { ...process.env, PORT: "0", DATA_DIR: dataDir, STORE_TOKEN: "token" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    let url = "";
    for await (const line of createInterface({ input: child.stdout })) {
      url = String((JSON.parse(line) as { url?: string }).url);
      break;
    }
    const other = path.join(dir, "other.bin");
    await writeFile(other, "another file");
    const added = await run("add", other, "--url", url, "--json");
    expect(added.code, added.err).to.equal(0);
    const cid = String(json(added.out).cid);
    expect((await run("cat", cid, "--url", url)).out.toString()).to.equal("another file");
    child.kill("SIGTERM");
    expect(await exited).to.deep.equal([0, null]);
    expect(await (await openContentStore(dataDir)).has(cid)).to.equal(true);
  });
});
