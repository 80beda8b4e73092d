import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JobBook } from "../../gen-node/jobs/job-book.ts";
import { JobLoop, type JobLoopParameters } from "../../gen-node/jobs/job-loop.ts";
import type { ChainJob } from "../../gen-node/ops/market-chain.ts";

describe("a node's look at the market", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "colophon-loop-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("begins again below jobs that a reorg took back, whose ids come again", async () => {
    const book = await JobBook.open(join(folder, "jobs.journal"));
    let total = 8n;
    const asked: bigint[] = [];
    const chain = {
      totalJobs: async () => total,
      now: async () => 1000,
      jobs: async (ids: bigint[]) =>
        ids.map((id) => {
          asked.push(id);
          return { id, status: "Settled", operator: "0xaa", specDigest: `0x${id}`, deadline: 0 } as unknown as ChainJob;
        }),
      credit: async () => 0n,
    };
    const loop = new JobLoop({
      book,
      chain,
      operator: "0xbb",
      withdrawWei: 1n,
      signal: new AbortController().signal,
    } as unknown as JobLoopParameters);
    await loop.look();
    expect(book.floor).to.equal(9n);
    total = 3n;
    asked.length = 0;
    await loop.look();
    expect(asked).to.deep.equal([1n, 2n, 3n]);
    expect(book.floor).to.equal(4n);
    await book.close();
    const again = await JobBook.open(join(folder, "jobs.journal"));
    expect(again.floor).to.equal(4n);
    await again.close();
  });
});
