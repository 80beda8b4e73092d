import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
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

  it("adds folders, exports and imports works, releases and collects them", async () => {
    const folder = path.join(dir, "album");
    await mkdir(path.join(folder, "inner"), { recursive: true });
    await writeFile(path.join(folder, "one.txt"), "one");
    await writeFile(path.join(folder, "inner", "two.txt"), "two");
    const { cid } = json((await run("add", folder, "--json")).out);
    const car = path.join(dir, "album.car");
    await writeFile(car, (await run("export", String(cid))).out);
    const pinned = (await run("pins", "--json")).out.toString().trim().split("\n");
    expect(pinned.map((line) => JSON.parse(line) as object)).to.deep.include({
      cid,
      bytes: (await readFile(car)).length,
      kept: true,
    });
    expect(json((await run("pins", "release", String(cid), "--json")).out)).to.deep.equal({ cid, kept: false });
    const dry = (await run("gc", "--dry-run", "--json")).out.toString().split("\n");
    expect(JSON.parse(dry[0] ?? "")).to.deep.equal({ removed: false, cid });
    expect((await run("verify", String(cid))).code).to.equal(0);
    expect(json((await run("gc", "--older-than", "1", "--json")).out).works).to.equal(0);
    expect((await run("gc", "--json")).out.toString()).to.contain('"removed":true');
    expect((await run("verify", String(cid))).code).to.equal(1);
    const imported = await run("import", car, "--json");
    expect(json(imported.out)).to.include({ cid, blocks: 4 });
    expect((await run("verify", String(cid))).code).to.equal(0);
    expect((await run("pins", "keep", String(cid), "--json")).code).to.equal(0);
  });

  it("says in one line what is wrong", async () => {
    const absent = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
    const cases: [string[], RegExp][] = [
      [["add", path.join(dir, "nothing")], /^FILE_NOT_FOUND: .+\n$/],
      [["cat", absent], /^CONTENT_NOT_FOUND: .+\n$/],
      [["cat", "nonsense"], /^BAD_CID: .+\n$/],
      [["frobnicate", "x"], /^USAGE: .+\n$/],
      [["add"], /^USAGE: .+\n$/],
      [["gc", "--older-than", "soon"], /^USAGE: .+\n$/],
      [["gc", "--url", "http://127.0.0.1:1"], /^USAGE: .+\n$/],
      [["pins", "drop", absent], /^USAGE: .+\n$/],
      [["pins", "release", absent], /^CONTENT_NOT_FOUND: .+\n$/],
      [["add", "--bogus"], /^USAGE: .+\n$/],
      [["import", file], /^BAD_CAR: .+\n$/],
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
    // Nothing but its own copy is asked for, unless there is a file of targets.
    const replicas = await fetch(`${url}/v1/replicas/${cid}`);
    expect(await replicas.json()).to.include({ cid, state: "stored", required: 1 });
    child.kill("SIGTERM");
    expect(await exited).to.deep.equal([0, null]);
    expect(await (await openContentStore(dataDir)).has(cid)).to.equal(true);
  });

  it("keeps copies in a second folder when a file of targets says so", async () => {
    const home = path.join(dir, "home");
    await mkdir(home);
    const target = { kind: "store-folder", name: "second-disk", dir: "../second" };
    await writeFile(path.join(home, "targets.json"), JSON.stringify({ required: 2, targets: [target] }));
    const child = spawn(process.execPath, [path.join(ROOM, "server.ts")], {
      env: { ...process.env, PORT: "0", DATA_DIR: home, STORE_TOKEN: "token" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    let url = "";
    for await (const line of createInterface({ input: child.stdout })) {
      url = String((JSON.parse(line) as { url?: string }).url);
      break;
    }
    const added = await run("add", file, "--url", url, "--json");
    expect(added.code, added.err).to.equal(0);
    const cid = String(json(added.out).cid);
    const second = await openContentStore(path.join(dir, "second"));
    expect(Buffer.compare(await second.readAll(cid, { maxBytes: content.length }), content)).to.equal(0);
    await second.close();
    const health = (await (await fetch(`${url}/health`)).json()) as { replication: object | null };
    expect(health.replication).to.include({ underReplicated: 0, missing: 0 });
    child.kill("SIGTERM");
    expect(await exited).to.deep.equal([0, null]);
    const broken = { required: 3, targets: [target] };
    await writeFile(path.join(home, "targets.json"), JSON.stringify(broken));
    const refused = spawn(process.execPath, [path.join(ROOM, "server.ts")], {
      env: { ...process.env, PORT: "0", DATA_DIR: home },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const errors: Buffer[] = [];
    refused.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
    expect((await once(refused, "close"))[0], "a store that cannot do what it was told to does not start").to.equal(1);
    expect(Buffer.concat(errors).toString()).to.contain("BAD_TARGETS");
  });
});
