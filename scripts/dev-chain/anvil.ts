/** anvil as a child process that cannot outlive us. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Writable } from "node:stream";
import { ColophonError } from "../../common/errors.ts";
import { DEV_MNEMONIC } from "../../common/dev-wallets.ts";
import type { Engine, EngineOptions } from "./engine.ts";
import { JsonRpcClient, untilAnswering } from "./json-rpc.ts";
import { freePort } from "./free-port.ts";

/** Path of the anvil binary that npm installed for this platform, or null. */
export function anvilPath(): string | null {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const name = `@foundry-rs/anvil-${process.platform}-${architecture}/package.json`;
  try {
    const binary = path.join(path.dirname(createRequire(import.meta.url).resolve(name)), "bin/anvil");
    return existsSync(binary) ? binary : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
}

/** Blocks back from the head at which calls are answered and to which a reorg can go. */
const STATES_KEPT = 80;

// The background half waits on the pipe at descriptor 3. Its end comes when we end, however we end (kill -9 included), and then anvil
// is ended, whose pid is the shell's because of `exec`. A line on the pipe says that anvil has ended already.
const GUARD = '(read -r ended <&3 || kill -9 $$) & exec "$0" "$@" 3<&-';

/** @throws ColophonError ENGINE_FAILED when it ends before it answers */
export async function startAnvil(options: EngineOptions): Promise<Engine> {
  const binary = anvilPath();
  if (!binary) throw new ColophonError("ENGINE_FAILED", "There is no anvil binary for this platform.", { status: 503 });
  const port = await freePort();
  const scratch = path.join(options.scratchDir, "anvil");
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const args = ["--host", "127.0.0.1", "--port", String(port), "--no-cors", "--no-request-size-limit", "--quiet"];
  args.push("--chain-id", String(options.chainId), "--timestamp", String(options.genesisTimestamp));
  args.push("--mnemonic", DEV_MNEMONIC, "--accounts", String(options.accounts), "--balance", "10000");
  args.push("--hardfork", "cancun", "--no-mining", "--order", "fifo", "--cache-path", scratch);
  // Without this, anvil writes the whole state of every block to disk: 760 MB after 2,000 blocks of transfers.
  args.push("--prune-history", String(STATES_KEPT));
  if (options.stateFile) args.push("--load-state", options.stateFile);
  const child = spawn("/bin/sh", ["-c", GUARD, binary, ...args], { stdio: ["ignore", "pipe", "pipe", "pipe"] });
  let ended = false;
  let tail = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      tail = (tail + chunk.toString("utf8")).slice(-2000);
    });
  }
  const guard = child.stdio[3] as Writable;
  guard.on("error", (error) => options.log.debug({ err: error }, "guard pipe closed"));
  const exited = once(child, "exit").then(() => {
    ended = true;
    guard.end("ended\n");
  });
  const rpc = new JsonRpcClient(port);
  await untilAnswering(rpc, () => {
    if (ended)
      throw new ColophonError("ENGINE_FAILED", `anvil ended before it answered: ${tail.trim()}`, { status: 503 });
  });
  return {
    name: "anvil",
    pid: child.pid ?? 0,
    rpc,
    dumps: true,
    exited,
    async stop() {
      child.kill("SIGKILL"); // it keeps nothing that we need
      await exited;
      rpc.close();
    },
  };
}
