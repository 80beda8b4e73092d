import { appendFile, type FileHandle, mkdtemp, open, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { hasCode } from "../../common/errors.ts";
import { decodeRecords, encodeRecord, Journal, openJournal } from "../../gen-node/jobs/journal.ts";

const records = fc.array(fc.record({ type: fc.string(), n: fc.integer(), text: fc.string({ unit: "binary" }) }), {
  maxLength: 6,
});

const join2 = (parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

describe("the journal", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "colophon-journal-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("cut anywhere, holds exactly the records whose lines are whole", () => {
    fc.assert(
      fc.property(records, fc.nat(), (all, where) => {
        const lines = all.map(encodeRecord);
        const bytes = join2(lines);
        const cut = bytes.length === 0 ? 0 : where % (bytes.length + 1);
        let whole = 0;
        for (let end = 0; whole < lines.length && end + (lines[whole] as Uint8Array).length <= cut; whole++) {
          end += (lines[whole] as Uint8Array).length;
        }
        const decoded = decodeRecords(bytes.subarray(0, cut));
        expect(decoded.records).to.deep.equal(all.slice(0, whole));
        expect(decoded.validBytes).to.equal(lines.slice(0, whole).reduce((n, line) => n + line.length, 0));
      }),
      { numRuns: 300 },
    );
  });

  it("drops a last line with any one byte changed, and never takes it for another record", () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.integer({ min: 1, max: 255 }), (all, where, mask) => {
        fc.pre(all.length > 0);
        const lines = all.map(encodeRecord);
        const last = (lines.at(-1) as Uint8Array).slice();
        const at = where % last.length;
        last[at] = (last[at] as number) ^ mask;
        const { records: read } = decodeRecords(join2([...lines.slice(0, -1), last]));
        expect(read).to.deep.equal(all.slice(0, -1));
      }),
      { numRuns: 300 },
    );
  });

  it("refuses a broken line before a good one: that is a bad disk, not a crash", () => {
    const [a, b] = [encodeRecord({ n: 1 }), encodeRecord({ n: 2 })];
    a[12] = (a[12] as number) ^ 1;
    expect(() => decodeRecords(join2([a, b])))
      .to.throw()
      .with.property("code", "JOURNAL_DAMAGED");
  });

  it("goes on after a torn tail, and keeps what was appended in order", async () => {
    const path = join(folder, "a.journal");
    const first = await openJournal<{ n: number }>(path);
    await Promise.all([1, 2, 3].map((n) => first.journal.append({ n })));
    await first.journal.close();
    await appendFile(path, encodeRecord({ n: 4 }).subarray(0, 9));
    const second = await openJournal<{ n: number }>(path);
    expect(second.records).to.deep.equal([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await second.journal.append({ n: 5 });
    await second.journal.close();
    expect(decodeRecords(await readFile(path)).records).to.deep.equal([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 5 }]);
  });

  it("writes nothing after a write that failed half way, so that what it acknowledged can be read again", async () => {
    const path = join(folder, "full.journal");
    const real = await open(path, "a+");
    let full = false;
    const disk = {
      appendFile: async (bytes: Uint8Array) => {
        await real.appendFile(full ? bytes.subarray(0, 12) : bytes);
        if (full) throw new Error("no space left on device");
      },
      datasync: () => real.datasync(),
      close: () => real.close(),
    };
    const journal = new Journal<{ n: number }>(disk as unknown as FileHandle);
    await journal.append({ n: 1 });
    full = true;
    const error: unknown = await journal.append({ n: 2 }).catch((e: unknown) => e);
    expect(hasCode(error, "JOURNAL_BROKEN"), String(error)).to.equal(true);
    full = false; // room was made: the half line is still there
    const later: unknown = await journal.append({ n: 3 }).catch((e: unknown) => e);
    expect(hasCode(later, "JOURNAL_BROKEN"), String(later)).to.equal(true);
    await journal.close();
    const again = await openJournal<{ n: number }>(path);
    expect(again.records).to.deep.equal([{ n: 1 }]);
    await again.journal.append({ n: 4 });
    await again.journal.close();
    expect(decodeRecords(await readFile(path)).records).to.deep.equal([{ n: 1 }, { n: 4 }]);
  });

  it("opens an empty, a new and a truncated file, and closes what it cannot read", async () => {
    const path = join(folder, "b.journal");
    await writeFile(path, encodeRecord({ n: 1 }));
    await truncate(path, 3);
    const opened = await openJournal(path);
    expect(opened.records).to.deep.equal([]);
    await opened.journal.close();
    const bad = encodeRecord({ n: 1 });
    bad[10] = 0;
    await writeFile(path, join2([bad, encodeRecord({ n: 2 })]));
    const error: unknown = await openJournal(path).catch((e: unknown) => e);
    expect(hasCode(error, "JOURNAL_DAMAGED")).to.equal(true);
  });
});
