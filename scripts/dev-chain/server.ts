/**
 * The local chain as a process.
 *
 * Environment: `PORT` (4601), `DATA_DIR`, `HISTORY_DAYS` (60: how far back the genesis of a new chain lies; 0 = no history mode, real time
 * from the first block), `DEV_CHAIN_ENGINE` (`anvil` or `hardhat`; default: anvil, else Hardhat), `DEV_CHAIN_TEST` (1: reorgs and
 * time jumps allowed), `DEV_CHAIN_LOCK_WAIT_MS` (10000: how long to wait for an earlier process to let go of the folder).
 */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import pino from "pino";
import { z } from "zod";
import { LOCAL_CHAIN_ID } from "../../common/dev-wallets.ts";
import { lockData } from "./data-lock.ts";
import { DurableChain } from "./durable-chain.ts";
import { createFront } from "./front.ts";

const env = z
  .object({
    PORT: z.coerce.number().int().min(0).max(65535).default(4601),
    DATA_DIR: z.string().default(path.join(import.meta.dirname, "../../.run/chain")),
    HISTORY_DAYS: z.coerce.number().min(0).max(3650).default(60),
    DEV_CHAIN_ENGINE: z.enum(["anvil", "hardhat"]).optional(),
    DEV_CHAIN_LOCK_WAIT_MS: z.coerce.number().int().min(0).default(10_000),
    DEV_CHAIN_TEST: z.enum(["0", "1"]).default("0"),
  })
  .parse(process.env);

const log = pino({ name: "chain" });
const fail = (error: unknown): never => {
  log.fatal({ err: error }, "the chain cannot go on");
  process.exit(1);
};
const dataDir = path.resolve(env.DATA_DIR);
await mkdir(dataDir, { recursive: true });
const unlock = await lockData(dataDir, env.DEV_CHAIN_LOCK_WAIT_MS).catch(fail);
const chain = await DurableChain.open({
  dataDir,
  birth: {
    version: 1,
    chainId: LOCAL_CHAIN_ID,
    genesisTimestamp: Math.floor(Date.now() / 1000 - env.HISTORY_DAYS * 86_400),
    accounts: 20,
  },
  sealed: env.HISTORY_DAYS === 0,
  engine: env.DEV_CHAIN_ENGINE,
  log,
  onFatal: fail,
}).catch(fail);
const server = createFront({ chain, test: env.DEV_CHAIN_TEST === "1", log });
server.on("error", fail);
server.listen(env.PORT, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : env.PORT;
  log.info({ port, url: `http://127.0.0.1:${port}` }, "listening");
});

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  server.close();
  server.closeIdleConnections();
  await chain.close();
  await unlock();
  process.exit(0);
}
process.on("SIGTERM", () => void stop());
process.on("SIGINT", () => void stop());
