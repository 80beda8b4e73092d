/** The market service: index, API, and the dapp's pages in one process. */
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";
import pino from "pino";
import { type PublicConfig, deploymentSchema } from "../../common/config.ts";
import { LOCAL_CHAIN_ID } from "../../common/dev-wallets.ts";
import { ColophonError } from "../../common/errors.ts";
import { createApi, type RenderPage, startIndexer } from "../../indexer/index.ts";
import { StoreClient } from "../../storage/client.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const CLIENT_DIR = path.join(ROOT, "frontend/dist/client");
const RENDERER = path.join(ROOT, "frontend/dist/server/render.js");

const log = pino({ name: "market", base: { name: "market" } });

type Renderer = (request: {
  url: string;
  config: PublicConfig;
  loadJson: (path: string) => Promise<unknown>;
  cookies: string | undefined;
  acceptLanguage: string | undefined;
}) => Promise<{ status: number; html: string; headers?: Record<string, string> }>;

async function main(): Promise<void> {
  const env = (name: string) => {
    const value = process.env[name];
    if (!value) throw new ColophonError("MISSING_SETTING", `The environment variable ${name} is not set.`);
    return value;
  };
  const port = Number(process.env.PORT ?? 4600);
  const rpcUrl = env("RPC_URL");
  const storeUrl = env("STORE_URL");
  const deployment = deploymentSchema.parse(JSON.parse(await readFile(env("DEPLOYMENT"), "utf8")));
  // Trustless gateways that are asked for what the store cannot give, separated by commas.
  const gateways = (process.env.GATEWAYS ?? "").split(",").filter(Boolean);
  const store = new StoreClient({ url: storeUrl, token: process.env.STORE_TOKEN, gateways });
  const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string };
  const config: PublicConfig = {
    deployment,
    rpcUrl,
    gatewayUrl: process.env.GATEWAY_URL ?? storeUrl,
    local: deployment.chainId === LOCAL_CHAIN_ID,
    version,
  };
  const indexer = await startIndexer({
    rpcUrl,
    deployment,
    dataDir: env("DATA_DIR"),
    databaseUrl: process.env.DATABASE_URL,
    store,
    log,
  });
  indexer.database.onLost((error) => {
    log.fatal({ err: error }, "the database is gone");
    process.exit(1);
  });
  const server = createServer();
  const loadJson = async (apiPath: string): Promise<unknown> => {
    const { port: ownPort } = server.address() as { port: number };
    const response = await fetch(`http://127.0.0.1:${ownPort}${apiPath}`);
    const body = (await response.json()) as { code?: string; detail?: string; data?: Record<string, unknown> };
    if (response.ok) return body;
    throw new ColophonError(body.code ?? "INTERNAL", body.detail ?? "The API refused.", {
      status: response.status,
      data: body.data,
    });
  };
  const api = createApi(indexer, {
    config,
    files: store,
    staticDir: CLIENT_DIR,
    renderPage: pageRenderer(config, loadJson),
  });
  server.on("request", api.app);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: openPort } = server.address() as { port: number };
  log.info({ port: openPort, url: `http://127.0.0.1:${openPort}`, database: indexer.database.engine }, "listening");

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    log.info("stopping");
    server.close();
    server.closeAllConnections();
    await api.close();
    await indexer.close();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop());
}

/** Loads the dapp's server build when the first page is asked for, and again after it was built anew. */
function pageRenderer(config: PublicConfig, loadJson: (path: string) => Promise<unknown>): RenderPage {
  let render: Renderer | null = null;
  return async (request) => {
    if (!render) {
      if (!existsSync(RENDERER)) return null;
      ({ render } = (await import(pathToFileURL(RENDERER).href)) as { render: Renderer });
    }
    return render({ ...request, config, loadJson });
  };
}

main().catch((error: unknown) => {
  log.fatal({ err: error }, "the market cannot run");
  process.exit(1);
});
