import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

/** Takes the lock of the folder in argv, says so, and keeps it until its input ends. */
const TAKER = `
  const { lockData } = await import(process.argv[1]);
  process.stdout.write("ready\\n");
  await new Promise((resolve) => process.stdin.once("data", resolve));
  try {
    await lockData(process.argv[2], 0);
    process.stdout.write("mine\\n");
  } catch (error) {
    process.stdout.write(error.code + "\\n");
  }
  process.stdin.resume();
`;
const MODULE = path.join(import.meta.dirname, "../../scripts/dev-chain/data-lock.ts");

describe("the lock of a chain's folder", function () {
  this.timeout(30_000);
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "colophon-lock-"));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it("goes to one of many that find a dead holder's lock at the same moment", async () => {
    const takers = Array.from({ length: 6 }, () => {
      const child = spawn(process.execPath, ["--input-type=module", "-e", TAKER, MODULE, dir]);
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      return { child, next: async () => (await lines.next()).value as string };
    });
    try {
      for (const taker of takers) expect(await taker.next()).to.equal("ready");
      await writeFile(path.join(dir, "lock"), "4194303 1");
      for (const taker of takers) taker.child.stdin.write("go\n");
      const answers = await Promise.all(takers.map((taker) => taker.next()));
      expect(answers.toSorted()).to.deep.equal([...Array.from({ length: 5 }, () => "DATA_LOCKED"), "mine"]);
      expect(await readdir(dir)).to.deep.equal(["lock"]);
    } finally {
      for (const { child } of takers) {
        const ended = once(child, "exit");
        child.kill("SIGKILL");
        await ended;
      }
    }
  });
});
