import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { expect } from "chai";
import {
  type Address,
  bytesToHex,
  createPublicClient,
  http,
  type PublicClient,
  parseEventLogs,
  zeroAddress,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { jobMarketAbi, licenseTokenAbi, royaltyLedgerAbi, workRegistryAbi } from "../../common/abi/index.ts";
import type { Deployment } from "../../common/config.ts";
import { DEV_MNEMONIC, DEV_WALLETS } from "../../common/dev-wallets.ts";
import { cidOfDigest } from "../../common/digest.ts";
import { workMetadataSchema } from "../../common/documents.ts";
import { WORK_KINDS } from "../../common/work-kind.ts";
import { deployContracts } from "../../scripts/deploy.ts";
import { type DevChain, startDevChain } from "../../scripts/dev-chain/index.ts";
import { HISTORY_SECONDS, isOrdered, parentOf } from "../../scripts/seed/plan.ts";
import { StoreClient } from "../../storage/client.ts";
import { smallPlan } from "./small-plan.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const TOKEN = "seed-test";

function addressOf(role: string): string {
  const { index } = DEV_WALLETS.find((wallet) => wallet.role === role) as { index: number };
  return mnemonicToAccount(DEV_MNEMONIC, { addressIndex: index }).address;
}

/** Starts a service and resolves with its URL, which it logs. */
async function serve(entry: string, env: Record<string, string>): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [path.join(ROOT, entry)], {
    env: { ...process.env, PORT: "0", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      const found = /"url":"(http:[^"]+)"/.exec(line)?.[1];
      if (found) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`${entry} ended (${code})`)));
  });
  return { child, url };
}

describe("seed market: on a chain, with a store and a generation node", function () {
  this.timeout(300_000);
  const plan = smallPlan();
  let dir: string;
  let chain: DevChain;
  let services: ChildProcess[];
  let deployment: Deployment;
  let store: StoreClient;
  let client: PublicClient;
  let seedArguments: string[];
  const begun = Math.floor(Date.now() / 1000);

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "colophon-seed-"));
    chain = await startDevChain({ historyDays: 60 });
    services = [];
    const stored = await serve("storage/server.ts", { DATA_DIR: path.join(dir, "store"), STORE_TOKEN: TOKEN });
    services.push(stored.child);
    deployment = await deployContracts({ rpcUrl: chain.url, account: mnemonicToAccount(DEV_MNEMONIC) });
    const deploymentFile = path.join(dir, "deployment.json");
    await writeFile(deploymentFile, JSON.stringify(deployment));
    const key = mnemonicToAccount(DEV_MNEMONIC, { addressIndex: 1 }).getHdKey().privateKey as Uint8Array;
    const node = await serve("gen-node/server.ts", {
      DATA_DIR: path.join(dir, "node"),
      RPC_URL: chain.url,
      STORE_URL: stored.url,
      STORE_TOKEN: TOKEN,
      DEPLOYMENT: deploymentFile,
      NODE_KEY: bytesToHex(key),
    });
    services.push(node.child);
    store = new StoreClient({ url: stored.url, token: TOKEN });
    client = createPublicClient({ transport: http(chain.url) });
    seedArguments = [chain.url, stored.url, TOKEN, deploymentFile, path.join(dir, "seed.json"), node.url];
  });

  after(async () => {
    for (const child of services ?? []) {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    }
    await chain?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  /** Runs the seed; with `killAt`, ends it hard when it reports that step. @returns its last line */
  async function seed(killAt?: number): Promise<Record<string, unknown>> {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, "run-seed.ts"), ...seedArguments], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let last: Record<string, unknown> = {};
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      last = JSON.parse(line) as Record<string, unknown>;
      if (killAt !== undefined && last.done === killAt) child.kill("SIGKILL");
    });
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    expect(signal).to.equal(killAt === undefined ? null : "SIGKILL");
    if (killAt === undefined) expect(code).to.equal(0);
    return last;
  }

  const registry = () => deployment.contracts.WorkRegistry as Address;
  const read = (functionName: "totalWorks") =>
    client.readContract({ address: registry(), abi: workRegistryAbi, functionName });

  it("survives kill -9 twice and does nothing twice", async () => {
    const steps = plan.actions.length;
    await seed(3);
    await seed(Math.floor(steps * 0.55));
    const halfway = Number(await read("totalWorks"));
    expect(halfway).to.be.within(3, plan.works.size);
    const result = await seed();
    expect(result.already).to.equal(false);
    expect(result.works).to.equal(plan.works.size);
    // One more: the node's model.
    expect(Number(await read("totalWorks"))).to.equal(plan.works.size + 1);

    const bought = plan.actions.filter(({ kind }) => kind === "buy").length;
    const ordered = [...plan.works.values()].filter(isOrdered).length;
    const total = await client.readContract({
      address: deployment.contracts.LicenseToken as Address,
      abi: licenseTokenAbi,
      functionName: "totalLicenses",
    });
    expect(Number(total)).to.equal(bought + ordered);
    const jobs = await client.readContract({
      address: deployment.contracts.JobMarket as Address,
      abi: jobMarketAbi,
      functionName: "totalJobs",
    });
    expect(Number(jobs)).to.equal(ordered);
    const again = await seed();
    expect(again.already).to.equal(true);
    expect(Number(await read("totalWorks"))).to.equal(plan.works.size + 1);
  });

  it("leaves each work with its owner, its day, its files and its parents", async () => {
    const byTitle = new Map([...plan.works.values()].map((work) => [work.title, work]));
    const ids = new Map<string, bigint>();
    let model = 0n;
    for (let id = 1n; id <= BigInt(plan.works.size + 1); id++) {
      const [work, owner] = await Promise.all([
        client.readContract({ address: registry(), abi: workRegistryAbi, functionName: "workOf", args: [id] }),
        client.readContract({ address: registry(), abi: workRegistryAbi, functionName: "ownerOf", args: [id] }),
      ]);
      const metadata = await store.getDocument(cidOfDigest(work.metadataDigest), workMetadataSchema);
      if (work.kind === WORK_KINDS.model) {
        model = id;
        continue;
      }
      const planned = byTitle.get(metadata.title);
      expect(planned, metadata.title).to.not.equal(undefined);
      if (!planned) continue;
      ids.set(planned.key, id);
      expect(owner).to.equal(addressOf(planned.creator));
      expect(work.contentHash).to.equal(metadata.file.sha256);
      expect(work.fingerprint).to.equal(metadata.iscc.body);
      const age = begun - work.registeredAt;
      expect(age / 86_400, planned.key).to.be.closeTo(planned.day, 0.3);
      for (const file of [metadata.file, metadata.cover, metadata.preview]) {
        if (file) expect(await store.has(file.cid), `${planned.key} ${file.mediaType}`).to.equal(true);
      }
      expect(metadata.aiGenerated).to.equal(isOrdered(planned));
      expect(metadata.provenance !== undefined).to.equal(isOrdered(planned));
      const edges = await client.readContract({
        address: registry(),
        abi: workRegistryAbi,
        functionName: "edgesOf",
        args: [id],
      });
      const parent = parentOf(planned);
      const wanted = [...(parent ? [ids.get(parent)] : []), ...(isOrdered(planned) ? [model] : [])];
      expect(edges.map((edge) => edge.parent)).to.deep.equal(wanted);
    }
    expect(ids.size).to.equal(plan.works.size);
  });

  it("accounts for every wei: what was paid is with the ledger or was claimed", async () => {
    const logs = await client.getLogs({ fromBlock: BigInt(deployment.deployBlock), toBlock: "latest" });
    const events = parseEventLogs({ abi: royaltyLedgerAbi, logs });
    let paid = 0n;
    let claimed = 0n;
    let pulls = 0;
    for (const event of events) {
      if (event.eventName === "Paid" && event.args.currency === zeroAddress) paid += event.args.amount;
      if (event.eventName === "Claimed" && event.args.currency === zeroAddress) claimed += event.args.amount;
      if (event.eventName === "Pulled") pulls++;
    }
    const ledger = deployment.contracts.RoyaltyLedger as Address;
    expect(await client.getBalance({ address: ledger })).to.equal(paid - claimed);
    expect(claimed > 0n && claimed < paid).to.equal(true);
    expect(pulls).to.be.greaterThan(0);
    const offers = parseEventLogs({ abi: licenseTokenAbi, logs, eventName: "LicenseIssued" });
    const priced = offers.reduce((sum, event) => sum + event.args.price, 0n);
    const jobs = parseEventLogs({ abi: jobMarketAbi, logs, eventName: "JobSettled" });
    expect(paid).to.equal(priced + jobs.reduce((sum, event) => sum + event.args.modelAmount, 0n));
    for (const { args } of offers) {
      const owner = await client.readContract({
        address: registry(),
        abi: workRegistryAbi,
        functionName: "ownerOf",
        args: [args.workId],
      });
      expect(args.holder).to.not.equal(owner);
    }
  });

  it("ends now, in blocks whose times never run backwards", async () => {
    const head = await client.getBlock();
    expect(Number(head.timestamp)).to.be.within(begun, Math.floor(Date.now() / 1000));
    let last = 0n;
    for (let number = BigInt(deployment.deployBlock); number <= head.number; number++) {
      const { timestamp } = await client.getBlock({ blockNumber: number });
      expect(timestamp >= last).to.equal(true);
      last = timestamp;
    }
    const status = (await client.request({ method: "colophon_status" as never })) as { sealed: boolean };
    expect(status.sealed).to.equal(true);
    const first = await client.getBlock({ blockNumber: 1n });
    expect(begun - Number(first.timestamp)).to.be.greaterThan(HISTORY_SECONDS);
  });

  it("keeps generated works re-runnable: specification, receipt and output are all stored and agree", async () => {
    const logs = await client.getLogs({
      address: deployment.contracts.JobMarket as Address,
      fromBlock: BigInt(deployment.deployBlock),
      toBlock: "latest",
    });
    const submitted = parseEventLogs({ abi: jobMarketAbi, logs, eventName: "JobSubmitted" });
    expect(submitted.length).to.equal([...plan.works.values()].filter(isOrdered).length);
    for (const { args } of submitted) {
      const id = await client.readContract({
        address: registry(),
        abi: workRegistryAbi,
        functionName: "workByContent",
        args: [args.outputHash],
      });
      expect(id > 0n).to.equal(true);
      expect(await store.has(cidOfDigest(args.receiptDigest))).to.equal(true);
    }
  });
});
