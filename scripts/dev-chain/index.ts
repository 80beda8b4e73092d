/** A local chain in a process of its own, for tests and tools. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { ColophonError } from "../../common/errors.ts";

export type DevChainOptions = {
  /** Where the chain is kept; default: a temporary folder, removed by `stop`. */
  dataDir?: string;
  /** Default: any free port. */
  port?: number;
  /** Days of simulated history before now that may be written until `colophon_sealHistory`; 0 (default) = real time at once. */
  historyDays?: number;
  /** Allow `anvil_*`, `evm_increaseTime` and `evm_mine` (reorgs, time jumps). */
  test?: boolean;
  engine?: "anvil" | "hardhat";
};

export type DevChain = {
  url: string;
  pid: number;
  /** Ends the process and waits for it: SIGTERM (a clean stop) unless told otherwise. */
  stop(signal?: NodeJS.Signals): Promise<void>;
};

/**
 * Starts a durable local chain (chain id 31337, the built-in wallets with 10,000 ETH each) and waits until it serves.
 * It ends with this process.
 * @throws ColophonError CHAIN_FAILED with the last lines of its log
 */
export async function startDevChain(options: DevChainOptions = {}): Promise<DevChain> {
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(tmpdir(), "colophon-chain-")));
  const follow = path.join(import.meta.dirname, "../follow-parent.ts");
  const child = spawn(process.execPath, ["--import", follow, path.join(import.meta.dirname, "server.ts")], {
    env: {
      ...process.env,
      PORT: String(options.port ?? 0),
      DATA_DIR: dataDir,
      HISTORY_DAYS: String(options.historyDays ?? 0),
      DEV_CHAIN_TEST: options.test ? "1" : "0",
      ...(options.engine ? { DEV_CHAIN_ENGINE: options.engine } : {}),
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const exited = once(child, "exit");
  const tail: string[] = [];
  const keep = (line: string) => {
    tail.push(line);
    if (tail.length > 20) tail.shift();
  };
  if (child.stderr) createInterface({ input: child.stderr }).on("line", keep);
  const url = await new Promise<string>((resolve, reject) => {
    if (child.stdout) {
      createInterface({ input: child.stdout }).on("line", (line) => {
        keep(line);
        const found = /"url":"(http:[^"]+)"/.exec(line)?.[1];
        if (found) resolve(found);
      });
    }
    void exited.then(() => {
      reject(
        new ColophonError("CHAIN_FAILED", `The chain ended before it served:\n${tail.join("\n")}`, { status: 503 }),
      );
    });
  });
  return {
    url,
    pid: child.pid ?? 0,
    async stop(signal = "SIGTERM") {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await exited;
      }
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
