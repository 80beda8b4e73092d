/** A chain, the contracts, a store and a node of its own for one suite, all on free loopback ports. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { bytesToHex, createPublicClient, createWalletClient, type Hex, http } from "viem";
import { type HDAccount, mnemonicToAccount } from "viem/accounts";
import type { Deployment } from "../../common/config.ts";
import { DEV_MNEMONIC } from "../../common/dev-wallets.ts";
import { StoreClient } from "../../storage/client.ts";
import { deployContracts } from "../../scripts/deploy.ts";
import { startDevChain } from "../../scripts/dev-chain/index.ts";

const ROOT = join(import.meta.dirname, "../..");
const TOKEN = "test-token";

/** Built-in wallet by index. */
export const wallet = (index: number): HDAccount => mnemonicToAccount(DEV_MNEMONIC, { addressIndex: index });

export const keyOf = (account: HDAccount): Hex => bytesToHex(account.getHdKey().privateKey as Uint8Array);

export type Service = { child: ChildProcess; url: string; lines: string[] };

/** Starts a service and waits for the line that names its URL. */
export async function startService(entry: string, env: Record<string, string>): Promise<Service> {
  const child = spawn(process.execPath, [join(ROOT, entry)], {
    env: { PATH: process.env["PATH"], PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const keep = (line: string) => lines.push(line);
  createInterface({ input: child.stderr as NodeJS.ReadableStream }).on("line", keep);
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      keep(line);
      const found = /"url":"(http:[^"]+)"/.exec(line)?.[1];
      if (found) resolve(found);
    });
    child.once("exit", () => reject(new Error(`${entry} ended before it served:\n${lines.join("\n")}`)));
  });
  return { child, url, lines };
}

/** Ends a service and waits for it. */
export async function end({ child }: Service, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}

export async function startSmallStack() {
  const folder = await mkdtemp(join(tmpdir(), "colophon-gen-node-"));
  const chain = await startDevChain({ test: true });
  const deployment: Deployment = await deployContracts({ rpcUrl: chain.url, account: wallet(0) });
  const deploymentPath = join(folder, "deployment.json");
  await writeFile(deploymentPath, JSON.stringify(deployment));
  const store = await startService("storage/server.ts", { DATA_DIR: join(folder, "store"), STORE_TOKEN: TOKEN });
  const client = createPublicClient({ transport: http(chain.url), pollingInterval: 20 });
  const walletOf = (index: number) => createWalletClient({ account: wallet(index), transport: http(chain.url) });
  return {
    folder,
    deployment,
    deploymentPath,
    client,
    walletOf,
    store: new StoreClient({ url: store.url, token: TOKEN }),
    rpcUrl: chain.url,
    startNode: (env: Record<string, string> = {}) =>
      startService("gen-node/server.ts", {
        DATA_DIR: join(folder, "node"),
        RPC_URL: chain.url,
        STORE_URL: store.url,
        STORE_TOKEN: TOKEN,
        DEPLOYMENT: deploymentPath,
        NODE_KEY: keyOf(wallet(1)),
        POLL_MS: "40",
        ...env,
      }),
    async stop() {
      await end(store);
      await chain.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type SmallStack = Awaited<ReturnType<typeof startSmallStack>>;

/** Polls until `look` gives a value. @throws Error after 30 s, saying what was waited for */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  const end = performance.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`waited 30 s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
