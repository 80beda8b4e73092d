import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import express from "express";
import { type ContentStore, createGateway, openContentStore } from "../../storage/index.ts";

/** A server on a free loopback port. */
export async function listen(handler: RequestListener): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** A store in a temporary folder behind its gateway; the token is `open sesame`. */
export async function serveStore(): Promise<{
  url: string;
  dir: string;
  store: ContentStore;
  close: () => Promise<void>;
}> {
  const dir = await mkdtemp(path.join(tmpdir(), "colophon-gateway-"));
  const store = await openContentStore(dir);
  const { url, close } = await listen(express().use(createGateway(store, { token: "open sesame" })));
  return {
    url,
    dir,
    store,
    async close() {
      await close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
