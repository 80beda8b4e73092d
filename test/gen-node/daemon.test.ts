import { expect } from "chai";
import { encodeFunctionData, type Hex, parseEventLogs, zeroAddress } from "viem";
import { jobMarketAbi, licenseTokenAbi, operatorRegistryAbi, workRegistryAbi } from "../../common/abi/index.ts";
import { cidOfDigest, sha256Hex } from "../../common/digest.ts";
import { capabilitySchema, type JobSpec, jobReceiptSchema, workMetadataSchema } from "../../common/documents.ts";
import { TERM_PRESETS, ZERO_DIGEST, openOffer } from "../../common/terms.ts";
import { Prng } from "../../common/prng.ts";
import { hasCode } from "../../common/errors.ts";
import { doctor } from "../../gen-node/cli/doctor.ts";
import { verify } from "../../gen-node/cli/verify.ts";
import { encodePng } from "../../gen-node/encode/png.ts";
import { runJobInChild } from "../../gen-node/engine/index.ts";
import { JOB_STATUS } from "../../gen-node/ops/market-chain.ts";
import { end, keyOf, type Service, type SmallStack, startSmallStack, until, wallet } from "./small-stack.ts";
import { JOB_CLASS, jobEscrow, NO_REFERRER } from "../../common/job-escrow.ts";
import { readSubmission } from "../../scripts/read-submission.ts";

const PRICE = 10n ** 15n;
const REQUESTER = 8;
const CREATOR = 2;
const OPERATOR = wallet(1).address;

describe("the node's day on a real chain", function () {
  this.timeout(120_000);
  let stack: SmallStack;
  let node: Service;

  const address = (name: keyof SmallStack["deployment"]["contracts"]) => stack.deployment.contracts[name] as Hex;
  const jobOf = async (id: bigint) => {
    const job = await stack.client.readContract({
      address: address("JobMarket"),
      abi: jobMarketAbi,
      functionName: "jobOf",
      args: [id],
    });
    return { ...job, name: JOB_STATUS[job.status] };
  };
  const capability = async (service: Service) =>
    capabilitySchema.parse(await (await fetch(`${service.url}/capability.json`)).json());
  const healthy = (service: Service) =>
    until("the node to be healthy", async () => (await fetch(`${service.url}/health`)).ok);

  async function send(from: number, to: Hex, data: Hex, value = 0n) {
    const hash = await stack.walletOf(from).sendTransaction({ chain: null, to, data, value });
    const receipt = await stack.client.waitForTransactionReceipt({ hash });
    expect(receipt.status).to.equal("success");
    return receipt;
  }

  async function modelOf(service: Service): Promise<JobSpec["model"]> {
    const [model] = (await capability(service)).models;
    if (!model) throw new Error("the node offers no model");
    const work = await stack.client.readContract({
      address: address("WorkRegistry"),
      abi: workRegistryAbi,
      functionName: "workOf",
      args: [BigInt(model.workId)],
    });
    const metadata = await stack.store.getDocument(cidOfDigest(work.metadataDigest), workMetadataSchema);
    return { workId: model.workId, cid: metadata.file.cid, sha256: model.sha256 };
  }

  async function post(spec: unknown, change: { price?: bigint; reviewWithin?: number } = {}): Promise<bigint> {
    const { digest } = await stack.store.addDocument(spec);
    const { price = PRICE, reviewWithin = 3600 } = change;
    const job = {
      modelWork: BigInt((spec as JobSpec).model.workId),
      operator: zeroAddress,
      currency: zeroAddress,
      price,
      specDigest: digest,
      acceptWithin: 3600,
      submitWithin: 3600,
      reviewWithin,
      verification: JOB_CLASS.bitExact,
      ...NO_REFERRER,
    } as const;
    const data = encodeFunctionData({ abi: jobMarketAbi, functionName: "post", args: [job] });
    const { logs } = await send(REQUESTER, address("JobMarket"), data, jobEscrow(price, JOB_CLASS.bitExact));
    const [posted] = parseEventLogs({ abi: jobMarketAbi, eventName: "JobPosted", logs });
    return (posted as NonNullable<typeof posted>).args.jobId;
  }

  const submissionOf = (id: bigint) => readSubmission(stack.client, address("JobMarket"), id, 0n);

  const sheet = (model: JobSpec["model"], seed: string): JobSpec => ({
    schema: "colophon/job/1",
    task: "generate-image",
    model,
    seed,
    params: { tiles: 4, tilePixels: 20 },
  });

  /** Publishes a picture with a remix license and buys that license for the requester. */
  async function licensedPicture(): Promise<NonNullable<JobSpec["input"]>> {
    const data = Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => (i * 7) & 255);
    const png = encodePng({ width: 40, height: 30, channels: 3, data });
    const { cid, sha256 } = await stack.store.add(png);
    const work = {
      contentHash: sha256,
      fingerprint: ZERO_DIGEST,
      metadataDigest: sha256,
      provenanceHash: ZERO_DIGEST,
      fingerprintHeader: 0,
      kind: 1,
    };
    const offer = openOffer(0n);
    const published = await send(
      CREATOR,
      address("LicenseToken"),
      encodeFunctionData({ abi: licenseTokenAbi, functionName: "publish", args: [work, TERM_PRESETS.remix, offer] }),
    );
    const [set] = parseEventLogs({ abi: licenseTokenAbi, eventName: "OfferSet", logs: published.logs });
    const { offerId, workId } = (set as NonNullable<typeof set>).args;
    const bought = await send(
      REQUESTER,
      address("LicenseToken"),
      encodeFunctionData({
        abi: licenseTokenAbi,
        functionName: "buy",
        args: [offerId, wallet(REQUESTER).address, 0n],
      }),
    );
    const [issued] = parseEventLogs({ abi: licenseTokenAbi, eventName: "LicenseIssued", logs: bought.logs });
    const { licenseId } = (issued as NonNullable<typeof issued>).args;
    return { workId: workId.toString(), licenseId: licenseId.toString(), cid, sha256 };
  }

  before(async () => {
    stack = await startSmallStack();
    node = await stack.startNode();
    await healthy(node);
  });

  after(async () => {
    if (node) await end(node);
    await stack?.stop();
  });

  it("registers its model with a free training license and 10 % of each job, and itself with stake", async () => {
    const { models, operator, endpoint } = await capability(node);
    expect(operator).to.equal(OPERATOR);
    expect(endpoint).to.equal(node.url);
    const workId = BigInt(models[0]?.workId ?? 0);
    const standing = await stack.client.readContract({
      address: address("OperatorRegistry"),
      abi: operatorRegistryAbi,
      functionName: "operatorOf",
      args: [OPERATOR],
    });
    expect(standing.registered).to.equal(true);
    expect(standing.stake).to.equal(10n ** 18n);
    const document = await stack.store.getDocument(cidOfDigest(standing.capability), capabilitySchema);
    expect(document).to.deep.equal(await capability(node));
    const [work, share, offer] = await Promise.all([
      stack.client.readContract({
        address: address("WorkRegistry"),
        abi: workRegistryAbi,
        functionName: "workOf",
        args: [workId],
      }),
      stack.client.readContract({
        address: address("JobMarket"),
        abi: jobMarketAbi,
        functionName: "modelShareOf",
        args: [workId],
      }),
      stack.client.readContract({
        address: address("LicenseToken"),
        abi: licenseTokenAbi,
        functionName: "offerOf",
        args: [1n],
      }),
    ]);
    expect(work.kind).to.equal(5);
    expect(work.contentHash).to.equal(models[0]?.sha256);
    expect(share).to.equal(100_000);
    expect({ workId: offer.workId, price: offer.price, supply: offer.supply }).to.deep.equal({
      workId,
      price: 0n,
      supply: 0,
    });
  });

  it("generates a sheet, submits its hash, and any other process makes the same bytes from the specification", async () => {
    const spec = sheet(await modelOf(node), "first");
    const id = await post(spec);
    await until("the submission", async () => (await jobOf(id)).name === "Submitted");
    const submission = await submissionOf(id);
    const receipt = await stack.store.getDocument(cidOfDigest(submission.receiptDigest), jobReceiptSchema);
    const png = await stack.store.get(receipt.output.cid, { maxBytes: 10_000_000 });
    expect(sha256Hex(png)).to.equal(submission.outputHash);
    expect(receipt.specDigest).to.equal(submission.specDigest);
    const model = await stack.store.get(spec.model.cid, { maxBytes: 10_000_000 });
    const again = await runJobInChild(spec, { model });
    expect(sha256Hex(again.png)).to.equal(submission.outputHash);
    expect(again.engine).to.deep.equal(receipt.engine);
    const found = await verify(["--receipt", cidOfDigest(submission.receiptDigest), "--store", stack.store.url]);
    expect(found).to.include({ equal: true, sameEngine: true, own: submission.outputHash, jobId: id.toString() });
    const { digest } = await stack.store.addDocument({
      ...receipt,
      output: { ...receipt.output, sha256: submission.specDigest },
    });
    const forged: unknown = await verify(["--receipt", cidOfDigest(digest), "--store", stack.store.url]).catch(
      (e: unknown) => e,
    );
    expect(hasCode(forged, "OUTPUT_DIFFERS")).to.equal(true);
  });

  it("passes its own doctor's checks, and fails them by name when the chain is away", async () => {
    const env = {
      RPC_URL: stack.rpcUrl,
      STORE_URL: stack.store.url,
      DEPLOYMENT: stack.deploymentPath,
      NODE_KEY: keyOf(wallet(1)),
    };
    const well = await doctor(env);
    expect(well.checks.filter(({ ok }) => !ok)).to.deep.equal([]);
    const ill = await doctor({ ...env, RPC_URL: "http://127.0.0.1:9" });
    expect(ill.ok).to.equal(false);
    expect(ill.checks.filter(({ ok }) => !ok).map(({ name }) => name)).to.deep.equal(["chain", "deployment", "wallet"]);
  });

  it("remixes a licensed picture, and refuses a picture that the requester has no license for", async () => {
    const input = await licensedPicture();
    const model = await modelOf(node);
    const spec: JobSpec = { ...sheet(model, "remix"), task: "remix-image", input };
    const id = await post(spec);
    await until("the submission", async () => (await jobOf(id)).name === "Submitted");
    const stranger = await post({ ...spec, input: { ...input, licenseId: "999" } });
    const progress = await until("the refusal", async () => {
      const answer = await fetch(`${node.url}/jobs/${stranger}`);
      const body = (await answer.json()) as { phase?: string; error?: { code: string } };
      return body.phase === "failed" && body;
    });
    expect(progress.error?.code).to.equal("NOT_LICENSED");
    expect((await jobOf(stranger)).name).to.equal("Posted");
  });

  it("takes no job that pays too little or whose specification is broken", async () => {
    const model = await modelOf(node);
    const cheap = await post(sheet(model, "cheap"), { price: PRICE - 1n });
    const broken = await post({ ...sheet(model, "broken"), params: { tiles: 64, tilePixels: 128 } });
    const other = await post({ ...sheet(model, "other"), model: { ...model, sha256: ZERO_DIGEST } });
    for (const [id, code] of [
      [cheap, "PRICE_TOO_LOW"],
      [broken, "BAD_SPEC"],
      [other, "BAD_SPEC"],
    ] as const) {
      const body = await until(`job ${id} to be refused`, async () => {
        const found = (await (await fetch(`${node.url}/jobs/${id}`)).json()) as { error?: { code: string } };
        return found.error;
      });
      expect(body.code).to.equal(code);
      expect((await jobOf(id)).name).to.equal("Posted");
    }
  });

  it("streams each phase in order and ends the stream when the requester settles", async () => {
    const id = await post(sheet(await modelOf(node), "streamed"));
    const answer = await fetch(`${node.url}/jobs/${id}/events`, { headers: { Origin: "http://localhost:4600" } });
    expect(answer.headers.get("access-control-allow-origin")).to.equal("http://localhost:4600");
    await until("the submission", async () => (await jobOf(id)).name === "Submitted");
    const settle = encodeFunctionData({ abi: jobMarketAbi, functionName: "settle", args: [id] });
    await send(REQUESTER, address("JobMarket"), settle);
    const events = (await answer.text())
      .split("\n\n")
      .filter((part) => part.startsWith("data: "))
      .map((part) => JSON.parse(part.slice(6)) as { phase: string; fraction: number });
    const phases = events.map(({ phase }) => phase).filter((phase, i, all) => phase !== all[i - 1]);
    const order = ["queued", "accepting", "fetching", "generating", "publishing", "submitting", "submitted", "settled"];
    expect(phases).to.deep.equal(order.slice(order.indexOf(phases[0] as string)));
    const fractions = events.map(({ fraction }) => fraction);
    expect(fractions).to.deep.equal([...fractions].sort((a, b) => a - b));
  });

  it("completes a job after kill -9 between acceptance and submission, once", async () => {
    const id = await post(sheet(await modelOf(node), "killed"));
    await until("the acceptance", async () => (await jobOf(id)).name === "Accepted");
    await end(node, "SIGKILL");
    expect((await jobOf(id)).name).to.equal("Accepted");
    node = await stack.startNode();
    await until("the submission", async () => (await jobOf(id)).name === "Submitted");
    const logs = await stack.client.getContractEvents({
      address: address("JobMarket"),
      abi: jobMarketAbi,
      args: { jobId: id },
      fromBlock: 0n,
    });
    const names = logs.map(({ eventName }) => eventName).filter((name) => name !== "Credited");
    expect(names).to.deep.equal(["JobPosted", "JobAccepted", "JobSubmitted"]);
  });

  it("submits every job exactly once although it is killed again and again at any moment", async () => {
    await healthy(node);
    const model = await modelOf(node);
    const prng = new Prng("kills");
    const ids: bigint[] = [];
    for (let round = 0; round < 4; round++) {
      ids.push(await post(sheet(model, `round ${round}`)));
      // Waits for a moment of the job's life, not for a state: that is what is tested.
      await new Promise((resolve) => setTimeout(resolve, prng.below(1200)));
      await end(node, "SIGKILL");
      node = await stack.startNode();
    }
    for (const id of ids) {
      await until(`job ${id} to be submitted`, async () => (await jobOf(id)).name === "Submitted");
      const submissions = await stack.client.getContractEvents({
        address: address("JobMarket"),
        abi: jobMarketAbi,
        eventName: "JobSubmitted",
        args: { jobId: id },
        fromBlock: 0n,
      });
      expect(submissions).to.have.length(1);
    }
    const sent = await stack.client.getTransactionCount({ address: OPERATOR });
    const blocks = await stack.client.getBlockNumber();
    let failed = 0;
    for (let n = 0n; n <= blocks; n++) {
      const { transactions } = await stack.client.getBlock({ blockNumber: n, includeTransactions: true });
      for (const { from, hash } of transactions) {
        if (from.toLowerCase() !== OPERATOR.toLowerCase()) continue;
        if ((await stack.client.getTransactionReceipt({ hash })).status === "reverted") failed++;
      }
    }
    expect({ failed, sent: sent > 0 }).to.deep.equal({ failed: 0, sent: true });
  });

  it("brings a job of a silent requester through the draw to its settlement, on a chain that stands still, and withdraws what it is owed", async () => {
    await healthy(node);
    await end(node);
    node = await stack.startNode({ WITHDRAW_WEI: "1", BLOCK_PATIENCE_MS: "100" });
    await healthy(node);
    const id = await post(sheet(await modelOf(node), "unreviewed"), { reviewWithin: 10 });
    await until("the submission", async () => (await jobOf(id)).name === "Submitted");
    await stack.client.request({ method: "evm_increaseTime" as never, params: [11] as never });
    await stack.client.request({ method: "evm_mine" as never, params: [] as never });
    await until("the settlement", async () => (await jobOf(id)).name === "Settled");
    // Two jobs were settled in this suite: this one, and the one that the requester settled.
    const earned = await until("the withdrawals", async () => {
      const logs = await stack.client.getContractEvents({
        address: address("JobMarket"),
        abi: jobMarketAbi,
        eventName: "Withdrawn",
        args: { account: OPERATOR },
        fromBlock: 0n,
      });
      const total = logs.reduce((sum, { args }) => sum + (args.amount ?? 0n), 0n);
      return total >= (2n * PRICE * 9n) / 10n && total;
    });
    expect(earned).to.equal((2n * PRICE * 9n) / 10n);
  });
});
