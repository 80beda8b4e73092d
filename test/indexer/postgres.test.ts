import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { hasCode } from "../../common/errors.ts";
import { Prng } from "../../common/prng.ts";
import type { Database } from "../../indexer/db/database.ts";
import { openDatabase } from "../../indexer/db/open-database.ts";
import { freePort } from "../../scripts/dev-chain/free-port.ts";
import { behavesLikeADatabase } from "./support/behaves-like-a-database.ts";
import { FakeChain, fakeDeployment } from "./support/fake-chain.ts";
import { dump, forget, openIndex } from "./support/index-of.ts";

/** Folder of PostgreSQL's programs, or null: then the suite is skipped. */
function postgresBinaries(): string | null {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root) : [];
  const found = versions
    .map((version) => path.join(root, version, "bin"))
    .filter((dir) => existsSync(path.join(dir, "initdb")));
  return found.at(-1) ?? null;
}

/** initdb refuses to run as root: then the account that the package made is used. */
function asServer(command: string, args: string[]): [string, string[]] {
  return process.getuid?.() === 0 ? ["runuser", ["-u", "postgres", "--", command, ...args]] : [command, args];
}

describe("PostgreSQL as a database", function () {
  this.timeout(120_000);
  let dir: string;
  let server: ChildProcess | null = null;
  let url: string;
  let database: Database;

  before(async function () {
    const binaries = postgresBinaries();
    if (!binaries) return this.skip();
    dir = await mkdtemp(path.join(tmpdir(), "colophon-pg-"));
    await chmod(dir, 0o777);
    const data = path.join(dir, "data");
    const init = [path.join(binaries, "initdb"), ["-D", data, "-U", "colophon", "-A", "trust", "--no-sync"]] as const;
    const made = spawnSync(...asServer(init[0], [...init[1]]), { encoding: "utf8", cwd: dir });
    if (made.status !== 0) return this.skip();
    const port = await freePort();
    const options = [
      "-D",
      data,
      "-p",
      String(port),
      "-c",
      "listen_addresses=127.0.0.1",
      "-c",
      `unix_socket_directories=${dir}`,
    ];
    server = spawn(...asServer(path.join(binaries, "postgres"), [...options, "-c", "fsync=off"]), {
      stdio: ["ignore", "ignore", "pipe"],
      cwd: dir,
    });
    url = `postgres://colophon@127.0.0.1:${port}/postgres`;
    const ready = new Promise<void>((resolve, reject) => {
      let text = "";
      server?.once("exit", (code) => reject(new Error(`postgres ended with ${code}: ${text}`)));
      server?.stderr?.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes("ready to accept connections")) resolve();
      });
    });
    await ready;
    database = await openDatabase({ dataDir: null, databaseUrl: url });
  });
  after(async () => {
    await database?.close();
    if (server) {
      // The server's own process: the one that runs it as another account passes no signal on.
      const pid = Number((await readFile(path.join(dir, "data/postmaster.pid"), "utf8")).split("\n")[0]);
      const ended = once(server, "exit");
      process.kill(pid, "SIGINT");
      await ended;
    }
    if (dir) await rm(dir, { recursive: true, force: true });
  });

  behavesLikeADatabase(() => database);

  it("lets only one indexer write", async () => {
    let refusal: unknown;
    await openDatabase({ dataDir: null, databaseUrl: url }).catch((error: unknown) => (refusal = error));
    expect(hasCode(refusal, "DATABASE_LOCKED")).to.equal(true);
  });

  it("holds the same index as a fresh one after forks of every depth", async () => {
    const prng = new Prng("postgres");
    const chain = new FakeChain(prng);
    chain.faults.finality = 12;
    chain.grow(40);
    let index = await openIndex(database, fakeDeployment, chain);
    for (let depth = 1; depth <= 20; depth++) {
      await index.catchUp();
      chain.fork(depth, depth + 1);
      await index.catchUp();
      if (depth % 5 === 0) index = await openIndex(database, fakeDeployment, chain);
    }
    const followed = await dump(database);
    await forget(database);
    const fresh = await openIndex(database, fakeDeployment, chain);
    await fresh.catchUp();
    expect(followed).to.deep.equal(await dump(database));
    expect(followed.length).to.be.greaterThan(50);
  });
});
