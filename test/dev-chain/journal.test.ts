import { expect } from "chai";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { hasCode } from "../../common/errors.ts";
import { Journal } from "../../scripts/dev-chain/journal.ts";

describe("the chain's journal", () => {
  let dir: string;
  let file: string;

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "colophon-journal-"));
    file = path.join(dir, "journal-0.log");
    const { journal } = await Journal.open(file, 7);
    await journal.append({ kind: "tx", timestamp: 100, raw: "0x1234" });
    await journal.append({ kind: "mine", timestamp: 101 });
    await journal.append({ kind: "void", of: 7 }, false);
    await journal.close();
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const read = async () => {
    const { journal, entries } = await Journal.open(file, 7);
    await journal.close();
    return entries;
  };
  const whole = [
    { n: 7, kind: "tx", timestamp: 100, raw: "0x1234" },
    { n: 8, kind: "mine", timestamp: 101 },
    { n: 9, kind: "void", of: 7 },
  ];

  it("gives back what was appended, numbered on from the first number", async () => {
    expect(await read()).to.deep.equal(whole);
  });

  it("cuts off a last line torn at any byte, and appends after the cut", async () => {
    const bytes = await readFile(file);
    const second = bytes.indexOf(10, bytes.indexOf(10) + 1) + 1;
    for (let length = second; length < bytes.length; length++) {
      await writeFile(file, bytes.subarray(0, length));
      const { journal, entries } = await Journal.open(file, 7);
      expect(entries).to.deep.equal(whole.slice(0, 2));
      await journal.append({ kind: "seal" });
      await journal.close();
      expect(await read()).to.deep.equal([...whole.slice(0, 2), { n: 9, kind: "seal" }]);
    }
  });

  it("refuses damage before the last line", async () => {
    const bytes = await readFile(file);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    await writeFile(file, bytes);
    const error = await read().catch((e: unknown) => e);
    expect(hasCode(error, "JOURNAL_CORRUPT")).to.equal(true);
  });

  it("refuses a journal that does not continue the one before", async () => {
    await appendFile(file, await readFile(file));
    const error = await read().catch((e: unknown) => e);
    expect(hasCode(error, "JOURNAL_CORRUPT")).to.equal(true);
  });
});
