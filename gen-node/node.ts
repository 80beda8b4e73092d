/** A gen-node: the daemon's parts put together. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import { createWalletClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Capability } from "../common/documents.ts";
import { StoreClient } from "../storage/client.ts";
import { JobRunner } from "./engine/index.ts";
import { createNodeApp } from "./http.ts";
import { JobBook } from "./jobs/job-book.ts";
import { JobLoop } from "./jobs/job-loop.ts";
import { openMarketChain } from "./ops/market-chain.ts";
import type { NodeConfig } from "./ops/node-config.ts";
import { publishModel } from "./ops/publish-model.ts";
import { describeCapability, registerOperator } from "./ops/register-operator.ts";
import { openSigner } from "./ops/sign-output.ts";
import { shippedModels } from "./ops/shipped-models.ts";
import { Outbox } from "./wallet/outbox.ts";

export type RunningNode = {
  port: number;
  operator: `0x${string}`;
  /** Resolves once the node is registered and looks for jobs; rejects when it never will. */
  ready: Promise<void>;
  /** Resolves once the node was stopped; rejects when it can't go on and should be started anew. */
  ended: Promise<void>;
  /** Stops taking jobs, waits for the step under way (at most `graceMs`), closes everything. */
  stop(graceMs?: number): Promise<void>;
};

/** How long the chain may be unread before the node calls itself unhealthy, ms. */
const STALE_MS = 30_000;

/**
 * Starts the daemon: listens, registers model and operator where needed, then works.
 * @throws ColophonError WRONG_CHAIN, JOURNAL_DAMAGED, BAD_MODEL
 */
export async function startNode(
  config: NodeConfig,
  log: Logger,
  hooks: { beforeBroadcast?: (purpose: string) => Promise<void> } = {},
): Promise<RunningNode> {
  const chain = await openMarketChain(config.RPC_URL, config.DEPLOYMENT);
  const account = privateKeyToAccount(config.NODE_KEY);
  const operator = account.address;
  // What one chain's journal says means nothing on another: each deployment and key has its own folder.
  const { chainId, genesisHash, contracts } = chain.deployment;
  const place = `${chainId}-${genesisHash.slice(2, 10)}-${contracts.JobMarket.slice(2, 10)}-${operator.slice(2, 10)}`;
  const folder = join(config.DATA_DIR, place.toLowerCase());
  await mkdir(folder, { recursive: true });
  const models = await shippedModels(config.MODELS_DIR);
  const book = await JobBook.open(join(folder, "jobs.journal"));
  const outbox = await Outbox.open({
    path: join(folder, "outbox.journal"),
    client: chain.client,
    wallet: createWalletClient({ account, transport: http(config.RPC_URL) }),
    account,
    chainId,
    ...hooks,
  });
  const store = new StoreClient({
    url: config.STORE_URL,
    token: config.STORE_TOKEN,
    gateways: config.GATEWAYS,
  });
  const sign = await openSigner({ certificates: config.C2PA_CERTIFICATES, key: config.C2PA_KEY }, (error) =>
    log.error({ err: error }, "an output could not be signed; it goes out with its text marks"),
  );
  const runner = new JobRunner();
  const stopping = new AbortController();
  let capability: Capability | undefined;
  let loop: JobLoop | undefined;

  const app = createNodeApp({
    book,
    capability: () => capability,
    health: () => ({
      ok: loop !== undefined && performance.now() - loop.lastLook < STALE_MS,
      operator,
      registered: capability !== undefined,
      models: capability?.models.map(({ workId }) => workId) ?? [],
      jobsInSight: loop?.jobsInSight ?? 0,
      stopping: stopping.signal.aborted,
    }),
    publicHost: config.PUBLIC_URL && new URL(config.PUBLIC_URL).host,
  });
  const server = await listen(app, config.PORT);
  const { port } = server.address() as AddressInfo;
  const endpoint = config.PUBLIC_URL ?? `http://127.0.0.1:${port}`;

  const work = async (): Promise<void> => {
    await outbox.resume();
    const published = [];
    for (const model of models) {
      published.push(await publishModel({ chain, store, outbox, owner: operator, model, runner }));
    }
    const document = describeCapability({ operator, endpoint, models: published, priceWei: config.PRICE_WEI });
    await registerOperator({ chain, store, outbox, operator, capability: document, stakeWei: config.STAKE_WEI });
    capability = document;
    loop = new JobLoop({
      chain,
      store,
      book,
      outbox,
      runner,
      sign: sign ?? undefined,
      log,
      operator,
      models: published,
      priceWei: config.PRICE_WEI,
      pollMs: config.POLL_MS,
      withdrawWei: config.WITHDRAW_WEI,
      blockPatienceMs: config.BLOCK_PATIENCE_MS,
      signal: stopping.signal,
    });
    await loop.look();
    log.info({ operator, port, models: published.map(({ workId }) => workId.toString()) }, "looking for jobs");
  };
  const ready = work();
  const ended = ready.then(
    () => loop?.run(),
    // Told by `ready`; here it only means that there is nothing to wait for.
    () => undefined,
  );
  const working = ended.catch((error: unknown) => {
    log.fatal({ err: error }, "the node can't go on");
  });

  const stop = async (graceMs = 10_000): Promise<void> => {
    stopping.abort();
    await Promise.race([working, new Promise((resolve) => setTimeout(resolve, graceMs).unref())]);
    await outbox.close();
    await working;
    runner.close();
    await book.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port, operator, ready, ended, stop };
}

function listen(app: ReturnType<typeof createNodeApp>, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = app.listen(port, "127.0.0.1", (error) => (error ? reject(error) : resolve(server)));
  });
}
