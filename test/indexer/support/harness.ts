/** A market service in this process over a plain anvil and a real store, for tests of the API. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import express from "express";
import { createGateway, openContentStore } from "../../../storage/index.ts";
import { StoreClient } from "../../../storage/client.ts";
import { createApi } from "../../../indexer/index.ts";
import { type Indexer, startIndexer } from "../../../indexer/indexer.ts";
import { type Anvil, startAnvilWithContracts } from "./anvil.ts";

export type Harness = {
  anvil: Anvil;
  indexer: Indexer;
  store: StoreClient;
  url: string;
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- says what the test expects
  get<T = unknown>(
    path: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: T; headers: Headers }>;
  /** Waits until the index has seen the chain's head. */
  indexed(): Promise<void>;
  close(): Promise<void>;
};

/** Null where there is no anvil. */
export async function startHarness(): Promise<Harness | null> {
  const anvil = await startAnvilWithContracts();
  if (!anvil) return null;
  const dir = await mkdtemp(path.join(tmpdir(), "colophon-indexer-"));
  const content = await openContentStore(path.join(dir, "store"));
  const gateway = await listen(createServer(express().use(createGateway(content, { token: "secret" }))));
  const store = new StoreClient({ url: urlOf(gateway), token: "secret" });
  const indexer = await startIndexer({
    rpcUrl: anvil.url,
    deployment: anvil.deployment,
    dataDir: null,
    store,
    pollMs: 50,
    shrinkPatienceMs: 100,
  });
  const config = {
    deployment: anvil.deployment,
    rpcUrl: anvil.url,
    gatewayUrl: urlOf(gateway),
    local: true,
    version: "0.0.0-test",
  };
  const api = createApi(indexer, { config, files: store });
  const server = await listen(createServer(api.app));
  const url = urlOf(server);
  return {
    anvil,
    indexer,
    store,
    url,
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as above
    async get<T>(route: string, headers: Record<string, string> = {}) {
      const response = await fetch(url + route, { headers });
      const text = await response.text();
      const json = response.headers.get("content-type")?.includes("json");
      return { status: response.status, body: (json ? JSON.parse(text) : text) as T, headers: response.headers };
    },
    async indexed() {
      const head = await anvil.rpc<{ hash: string }>("eth_getBlockByNumber", ["latest", false]);
      await until(() => indexer.meta.indexedBlockHash === head.hash);
      await indexer.documents.settled();
      await indexer.media.settled();
    },
    async close() {
      server.close();
      server.closeAllConnections();
      gateway.close();
      gateway.closeAllConnections();
      await api.close();
      await indexer.close();
      await content.close();
      await anvil.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Waits for a condition, looking every few milliseconds. */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms in vain`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function listen(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
