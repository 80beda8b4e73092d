/** Hardhat's in-process network in a child of ours, for platforms without an anvil binary. */
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { ColophonError } from "../../common/errors.ts";
import type { Engine, EngineOptions } from "./engine.ts";
import { freePort } from "./free-port.ts";
import { JsonRpcClient, untilAnswering } from "./json-rpc.ts";

/** What the child is told, as JSON in its environment. */
export type HardhatChildOptions = { port: number; chainId: number; accounts: number; genesisTimestamp: number };

/** @throws ColophonError ENGINE_FAILED when it ends before it answers */
export async function startHardhat(options: EngineOptions): Promise<Engine> {
  const port = await freePort();
  const { chainId, accounts, genesisTimestamp } = options;
  const told: HardhatChildOptions = { port, chainId, accounts, genesisTimestamp };
  const child = fork(path.join(import.meta.dirname, "hardhat-child.ts"), [], {
    env: { ...process.env, HARDHAT_CHILD: JSON.stringify(told), HARDHAT_DISABLE_TELEMETRY_PROMPT: "true" },
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let tail = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      tail = (tail + chunk.toString("utf8")).slice(-2000);
    });
  }
  let ended = false;
  const exited = once(child, "close").then(() => {
    ended = true;
  });
  const rpc = new JsonRpcClient(port);
  await untilAnswering(rpc, () => {
    if (ended)
      throw new ColophonError("ENGINE_FAILED", `Hardhat's network ended before it answered: ${tail.trim()}`, {
        status: 503,
      });
  });
  return {
    name: "hardhat",
    pid: child.pid ?? 0,
    rpc,
    dumps: false,
    exited,
    async stop() {
      child.kill("SIGKILL");
      await exited;
      rpc.close();
    },
  };
}
