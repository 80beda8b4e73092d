/** `gen-node doctor`: whether this machine can run a node, check by check. */
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { createPublicClient, formatEther, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { cidOfDigest, sha256Hex } from "../../common/digest.ts";
import { deploymentSchema } from "../../common/config.ts";
import { installedWasmSha256, PINNED_WASM_SHA256, runJobInChild } from "../engine/index.ts";
import { readModel } from "../models/model-file.ts";
import { SHIPPED_MODEL } from "./generate.ts";

export type Check = { name: string; ok: boolean; note: string };

/** Longest any one check may take, ms. */
const CHECK_MS = 15_000;

/** Runs every check; none can hang or end the others. Settings come from the environment, as for the daemon. */
export async function doctor(env: NodeJS.ProcessEnv): Promise<{ ok: boolean; checks: Check[] }> {
  const rpcUrl = env["RPC_URL"] ?? "http://127.0.0.1:4601";
  const storeUrl = env["STORE_URL"] ?? "http://127.0.0.1:4602";
  const client = createPublicClient({ transport: http(rpcUrl, { timeout: 3000, retryCount: 0 }) });
  const checks: [string, () => Promise<string>][] = [
    ["node", async () => process.version],
    ["device", async () => `cpu: ${cpus()[0]?.model.trim() ?? "unknown"} x ${cpus().length}`],
    ["engine", checkEngine],
    ["weights", checkWeights],
    ["generation", checkGeneration],
    ["store", () => checkStore(storeUrl)],
    ["chain", async () => `chain ${await client.getChainId()}, block ${await client.getBlockNumber()}`],
  ];
  if (env["DEPLOYMENT"]) checks.push(["deployment", () => checkDeployment(env["DEPLOYMENT"] as string, client)]);
  if (env["NODE_KEY"]) {
    checks.push(["wallet", () => checkWallet(env["NODE_KEY"] as `0x${string}`, client)]);
  }
  const done = await Promise.all(checks.map(([name, run]) => attempt(name, run)));
  return { ok: done.every(({ ok }) => ok), checks: done };
}

async function attempt(name: string, run: () => Promise<string>): Promise<Check> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_MS / 1000} s`)), CHECK_MS);
  });
  try {
    return { name, ok: true, note: await Promise.race([run(), late]) };
  } catch (error) {
    return { name, ok: false, note: error instanceof Error ? (error.message.split("\n")[0] as string) : String(error) };
  } finally {
    clearTimeout(timer);
  }
}

async function checkEngine(): Promise<string> {
  const sha256 = await installedWasmSha256();
  if (sha256 !== PINNED_WASM_SHA256) throw new Error(`the installed wasm binary ${sha256} is not the pinned one`);
  return `wasm ${sha256.slice(0, 18)}, as pinned`;
}

async function checkWeights(): Promise<string> {
  const bytes = await readFile(SHIPPED_MODEL);
  const { header } = readModel(bytes);
  return `${header.name}, ${header.training.steps} steps, ${sha256Hex(bytes).slice(0, 18)}`;
}

async function checkGeneration(): Promise<string> {
  const model = await readFile(SHIPPED_MODEL);
  const sha256 = sha256Hex(model);
  const started = performance.now();
  const { png } = await runJobInChild(
    {
      schema: "colophon/job/1",
      task: "generate-image",
      model: { workId: "0", cid: cidOfDigest(sha256), sha256 },
      seed: "doctor",
      params: { tiles: 4, tilePixels: 28 },
    },
    { model },
  );
  return `${png.length} bytes in ${Math.round(performance.now() - started)} ms`;
}

async function checkStore(url: string): Promise<string> {
  const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(3000) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return url;
}

async function checkDeployment(path: string, client: ReturnType<typeof createPublicClient>): Promise<string> {
  const deployment = deploymentSchema.parse(JSON.parse(await readFile(path, "utf8")));
  const genesis = await client.getBlock({ blockNumber: 0n });
  if (genesis.hash !== deployment.genesisHash) throw new Error("the deployment is on another chain");
  const code = await client.getCode({ address: deployment.contracts.JobMarket as `0x${string}` });
  if (!code) throw new Error("there is no job market at the deployment's address");
  return `job market ${deployment.contracts.JobMarket}`;
}

/** Least coin that a node should hold for gas, wei. */
const LEAST_BALANCE = 10n ** 16n;

async function checkWallet(key: `0x${string}`, client: ReturnType<typeof createPublicClient>): Promise<string> {
  const { address } = privateKeyToAccount(key);
  const balance = await client.getBalance({ address });
  if (balance < LEAST_BALANCE) throw new Error(`${address} holds ${formatEther(balance)}, too little for gas`);
  return `${address} holds ${formatEther(balance)}`;
}
