/** A plain anvil for one test file, on a free port. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { createPublicClient, http } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import type { Deployment } from "../../../common/config.ts";
import { DEV_MNEMONIC } from "../../../common/dev-wallets.ts";
import { anvilPath } from "../../../scripts/dev-chain/anvil.ts";
import { deployContracts } from "../../../scripts/deploy.ts";

export type Anvil = {
  url: string;
  deployment: Deployment;
  /** Any JSON-RPC call. */
  rpc<T = unknown>(method: string, params?: unknown[]): Promise<T>;
  /** Mines what was sent as one block: nothing is mined by itself. */
  mine(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts anvil with our contracts; null where npm has no binary for this platform. */
export async function startAnvilWithContracts(): Promise<Anvil | null> {
  const binary = anvilPath();
  if (!binary) return null;
  const child = spawn(binary, ["--port", "0", "--chain-id", "31337", "--mnemonic", DEV_MNEMONIC, "--accounts", "18"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`anvil ended with ${code}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /Listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (found) resolve(`http://${found}`);
    });
  });
  const client = createPublicClient({ transport: http(url) });
  const deployment = await deployContracts({ rpcUrl: url, account: mnemonicToAccount(DEV_MNEMONIC) });
  const request = client.request as (call: { method: string; params: unknown[] }) => Promise<unknown>;
  const rpc = async <T>(method: string, params: unknown[] = []) => (await request({ method, params })) as T;
  // Mining by itself is not done yet when a transaction's hash is answered: tests would race with it.
  await rpc("evm_setAutomine", [false]);
  return {
    url,
    deployment,
    rpc,
    mine: async () => void (await rpc("evm_mine")),
    async stop() {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}
