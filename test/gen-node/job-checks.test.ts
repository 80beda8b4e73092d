import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeAbiParameters, type Hex, keccak256, type PublicClient } from "viem";
import { pino } from "pino";
import type { Deployment } from "../../common/config.ts";
import { hasCode } from "../../common/errors.ts";
import { JobBook } from "../../gen-node/jobs/job-book.ts";
import { JobLoop, type JobLoopParameters } from "../../gen-node/jobs/job-loop.ts";
import { type ChainCheck, type ChainJob, MarketChain } from "../../gen-node/ops/market-chain.ts";

const word = (n: number): Hex => `0x${n.toString(16).padStart(64, "0")}`;

describe("a node's job that is checked or disputed", () => {
  let folder: string;
  let book: JobBook;
  let sent: string[];
  let now: number;
  let head: bigint;
  let job: ChainJob;
  let check: ChainCheck;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "colophon-checks-"));
    book = await JobBook.open(join(folder, "jobs.journal"));
  });
  after(async () => {
    await book.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    sent = [];
    now = 1000;
    head = 10n;
    job = { id: 1n, status: "Checking", operator: "0xbb", specDigest: word(7), deadline: 900 } as unknown as ChainJob;
    check = { stage: "Requested", drawBlock: 10n, deadline: 0, allRevealed: false };
  });

  function look(blockPatienceMs = 60_000): JobLoop {
    const call = (name: string) => () => ({ to: "0x01", data: name });
    const chain = {
      totalJobs: async () => 1n,
      now: async () => now,
      jobs: async () => [job],
      check: async () => check,
      blockNumber: async () => head,
      submission: async () => ({ specDigest: word(7), outputHash: word(8), receiptDigest: word(9) }),
      credit: async () => 0n,
      draw: call("draw"),
      tally: call("tally"),
      close: call("close"),
    };
    const outbox = { send: async (_: string, { data }: { data: string }) => void sent.push(data) };
    return new JobLoop({
      book,
      chain,
      outbox,
      operator: "0xbb",
      withdrawWei: 1n,
      blockPatienceMs,
      log: pino({ level: "silent" }),
      signal: new AbortController().signal,
    } as unknown as JobLoopParameters);
  }

  it("stays in sight and is drawn once the drawing block is past, not before", async () => {
    const loop = look();
    await loop.look();
    expect([sent, loop.jobsInSight, book.floor]).to.deep.equal([[], 1, 1n]);
    head = 11n;
    await loop.look();
    expect(sent).to.deep.equal(["draw"]);
  });

  it("makes a block itself when the chain has stood still for long", async () => {
    await look(0).look();
    expect(sent).to.deep.equal(["0x"]);
  });

  it("is tallied when all have revealed, or when the time to reveal is over", async () => {
    check = { stage: "Drawn", drawBlock: 10n, deadline: 1000, allRevealed: false };
    await look().look();
    expect(sent).to.deep.equal([]);
    check = { ...check, allRevealed: true };
    await look().look();
    check = { ...check, allRevealed: false };
    now = 1001;
    await look().look();
    expect(sent).to.deep.equal(["tally", "tally"]);
  });

  for (const stage of ["Decided", "Stuck", "Arbitrated"] as const) {
    it(`is closed when the deadline of stage ${stage} is past`, async () => {
      check = { stage, drawBlock: 10n, deadline: 1000, allRevealed: false };
      job = { ...job, status: stage === "Decided" ? "Checking" : "Disputed" };
      await look().look();
      expect(sent).to.deep.equal([]);
      now = 1001;
      await look().look();
      expect(sent).to.deep.equal(["close"]);
    });
  }

  it("is over once the chain has settled it", async () => {
    job = { ...job, status: "Settled" };
    const loop = look();
    await loop.look();
    expect([sent, loop.jobsInSight]).to.deep.equal([[], 0]);
    expect(book.entry(1n, word(7))?.progress.phase).to.equal("settled");
  });
});

describe("what a node knows of a submitted job's specification", () => {
  const [spec, output, receipt] = [word(1), word(2), word(3)];
  const words = [{ type: "bytes32" }, { type: "bytes32" }, { type: "bytes32" }] as const;
  let posted: Hex;
  let questions: number;
  const client = {
    readContract: async () => ({
      status: 3,
      specDigest: word(0),
      resultDigest: keccak256(encodeAbiParameters(words, [spec, output, receipt])),
    }),
    async getContractEvents({ eventName }: { eventName: string }) {
      questions++;
      return eventName === "JobPosted"
        ? [{ args: { jobId: 4n, specDigest: posted } }]
        : [{ args: { jobId: 4n, outputHash: output, receiptDigest: receipt } }];
    },
  } as unknown as PublicClient;
  const deployment = { deployBlock: 0, contracts: {} } as unknown as Deployment;
  beforeEach(() => {
    posted = spec;
    questions = 0;
  });

  it("comes from the events once, with one question for many jobs, and agrees with the chain's digest", async () => {
    const chain = new MarketChain(client, deployment);
    expect((await chain.job(4n)).specDigest).to.equal(spec);
    expect(await chain.submission(4n)).to.deep.equal({ specDigest: spec, outputHash: output, receiptDigest: receipt });
    expect(questions).to.equal(2);
  });

  it("is not taken from events of another fork than the state", async () => {
    const chain = new MarketChain(client, deployment);
    posted = word(9);
    let refusal: unknown;
    await chain.job(4n).catch((error: unknown) => (refusal = error));
    expect(hasCode(refusal, "CHAIN_MOVED")).to.equal(true);
    posted = spec;
    expect((await chain.job(4n)).specDigest).to.equal(spec);
  });
});
