import { type FileHandle, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { Journal } from "../../storage/journal.ts";

type Note = { text: string };

describe("the journal", () => {
  let folder: string;
  let file: string;
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), "colophon-journal-"))));
  beforeEach(() => (file = path.join(folder, `${Math.random()}`)));
  after(() => rm(folder, { recursive: true }));

  const read = async (): Promise<string[]> => {
    const { journal, records } = await Journal.open<Note>(file, (notes) => notes);
    await journal.close();
    return records.map(({ text }) => text);
  };

  /** Runs `work` on a disk that fails its next call of `method`, after `wrote` bytes where it writes. */
  async function failing(method: "datasync" | "write", work: () => Promise<unknown>, wrote = 0): Promise<void> {
    const handle = await open(file, "r");
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    const real = prototype[method];
    let failed = false;
    Object.assign(prototype, {
      [method]: async function (this: FileHandle, ...values: unknown[]): Promise<unknown> {
        if (failed) return Reflect.apply(real, this, values);
        failed = true;
        if (method === "write") await Reflect.apply(real, this, [values[0], values[1], wrote, values[3]]);
        throw Object.assign(new Error("the disk failed"), { code: "EIO" });
      },
    });
    try {
      await work();
    } finally {
      Object.assign(prototype, { [method]: real });
    }
    expect(failed).to.equal(true);
  }

  for (const [method, wrote] of [
    ["datasync", 0],
    ["write", 30],
  ] as const) {
    for (const after of [["s"], []]) {
      const then = after.length > 0 ? "and a short one after it" : "that nothing follows";
      it(`keeps nothing of a long record whose ${method} failed, ${then}`, async () => {
        const { journal } = await Journal.open<Note>(file, (notes) => notes);
        await journal.append({ text: "first" });
        const refused = (): Promise<unknown> =>
          journal.append({ text: "long ".repeat(40) }).then(
            () => expect.fail("the disk did not fail"),
            (error: Error) => expect(error.message).to.equal("the disk failed"),
          );
        await failing(method, refused, wrote);
        for (const text of after) await journal.append({ text });
        await journal.close();
        expect((await readFile(file, "utf8")).split("\n")).to.have.length(2 + after.length);
        expect(await read()).to.deep.equal(["first", ...after]);
      });
    }
  }

  it("drops what a crash cut short, and refuses a broken line with another after it", async () => {
    const { journal } = await Journal.open<Note>(file, (notes) => notes);
    for (const text of ["a", "b", "c"]) await journal.append({ text });
    await journal.close();
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, whole.length - 3));
    expect(await read()).to.deep.equal(["a", "b"]);
    await writeFile(file, whole.toString().replace('"a"', '"x"'));
    await read().then(
      () => expect.fail("a damaged journal was read"),
      (error: { code: string }) => expect(error.code).to.equal("JOURNAL_DAMAGED"),
    );
  });
});
