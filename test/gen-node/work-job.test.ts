import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ColophonError } from "../../common/errors.ts";
import { JobBook } from "../../gen-node/jobs/job-book.ts";
import { workJob, type WorkJobParameters } from "../../gen-node/jobs/work-job.ts";

describe("working on an accepted job", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "colophon-work-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const codeOf = (error: unknown): string => (error instanceof ColophonError ? error.code : String(error));

  /** Codes with which a job ends when it is tried `times` times under these failures. */
  async function attempts(name: string, times: number, fails: { run?: Error; add?: Error }): Promise<string[]> {
    const book = await JobBook.open(join(folder, `${name}.journal`));
    const parameters = {
      job: { id: 7n, specDigest: "0x07" },
      book,
      store: { add: async () => Promise.reject(fails.add ?? new Error("not reached")) },
      runner: { run: async () => (fails.run ? Promise.reject(fails.run) : { png: new Uint8Array(3) }) },
      load: async () => ({ spec: {}, model: { bytes: new Uint8Array() } }),
      signal: new AbortController().signal,
    } as unknown as WorkJobParameters;
    const codes: string[] = [];
    for (let i = 0; i < times; i++) codes.push(await workJob(parameters).then(() => "done", codeOf));
    await book.close();
    return codes;
  }

  it("is not given up, and its stake not lost, because the store was away for a while", async () => {
    const away = new ColophonError("STORE_UNREACHABLE", "The store cannot be reached.", { status: 503 });
    expect(new Set(await attempts("store", 25, { add: away }))).to.deep.equal(new Set(["STORE_UNREACHABLE"]));
  });

  it("is given up after ten generations that came to nothing", async () => {
    const died = new ColophonError("ENGINE_DIED", "The job's process ended early.");
    const codes = await attempts("engine", 12, { run: died });
    expect(codes.slice(0, 10).every((code) => code === "ENGINE_DIED")).to.equal(true);
    expect(codes.slice(10)).to.deep.equal(["POISON_JOB", "POISON_JOB"]);
  });
});
