import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { hasCode } from "../../common/errors.ts";
import type { Database } from "../../indexer/db/database.ts";
import { openDatabase } from "../../indexer/db/open-database.ts";
import { behavesLikeADatabase } from "./support/behaves-like-a-database.ts";

const MODULE = new URL("../../indexer/db/open-database.ts", import.meta.url).href;

/** Opens the database in another process, says "open", writes rows for ever, and says each number once it is written. */
const WRITER = `
  import { openDatabase } from "${MODULE}";
  const db = await openDatabase({ dataDir: process.argv[2] });
  await db.exec("create table if not exists t (n int8 primary key)");
  console.log("open");
  for (let n = 1; ; n++) {
    await db.tx((sql) => sql.query("insert into t values ($1)", [n]));
    console.log(n);
  }`;

describe("the embedded database", function () {
  this.timeout(60_000);
  let dir: string;
  let data: string;

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "colophon-db-"));
    data = path.join(dir, "data");
    await mkdir(data);
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  async function startWriter() {
    await writeFile(path.join(dir, "writer.mjs"), WRITER);
    const child = spawn(process.execPath, [path.join(dir, "writer.mjs"), path.join(dir, "data")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let last = 0;
    let opened = false;
    let waiting: (() => void) | null = null;
    child.stdout.on("data", (chunk: Buffer) => {
      for (const line of chunk.toString().split("\n")) {
        if (line === "open") opened = true;
        else if (line) last = Number(line);
      }
      waiting?.();
    });
    const wrote = async (count: number) => {
      // oxlint-disable-next-line no-unmodified-loop-condition -- the listener above changes them
      while (!opened || last < count) await new Promise<void>((resolve) => (waiting = resolve));
    };
    return { child, wrote, last: () => last };
  }

  it("refuses a second opener while the first lives, and keeps every acknowledged row over kill -9", async () => {
    const writer = await startWriter();
    await writer.wrote(50);
    let refusal: unknown;
    await openDatabase({ dataDir: data }).catch((error: unknown) => (refusal = error));
    expect(hasCode(refusal, "DATABASE_LOCKED")).to.equal(true);
    expect(hasCode(refusal, "DATABASE_LOCKED") && refusal.data.pid).to.equal(writer.child.pid);
    writer.child.kill("SIGKILL");
    await once(writer.child, "close");
    const database = await openDatabase({ dataDir: data });
    const [row] = await database.query<{ count: number; max: number }>("select count(*), max(n) from t");
    expect(row?.max).to.be.at.least(writer.last());
    expect(row?.count).to.equal(row?.max);
    await database.close();
    expect(existsSync(path.join(data, "pglite.lock")), "the lock is given back").to.equal(false);
  });

  it("takes over a lock whose process id now belongs to somebody else, or that was cut off", async () => {
    const file = path.join(data, "pglite.lock");
    for (const content of [JSON.stringify({ pid: process.pid, startedAt: "1" }), '{"pid":']) {
      await writeFile(file, content);
      const database = await openDatabase({ dataDir: data });
      expect(JSON.parse(await readFile(file, "utf8"))).to.include({ pid: process.pid });
      await database.close();
    }
  });
});

describe("PGlite as a database", function () {
  this.timeout(30_000);
  let database: Database;
  before(async () => {
    database = await openDatabase({ dataDir: null });
  });
  after(() => database?.close());
  behavesLikeADatabase(() => database);
});
