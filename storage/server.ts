/** The store as a process. Environment: `PORT` (4602), `DATA_DIR`, `STORE_TOKEN` (without it the store is read-only). */
import path from "node:path";
import express from "express";
import pino from "pino";
import { z } from "zod";
import { ColophonError } from "../common/errors.ts";
import { openContentStore } from "./content-store.ts";
import { createGateway } from "./gateway.ts";
import { sendProblem } from "./problem.ts";

const env = z
  .object({
    PORT: z.coerce.number().int().min(0).max(65535).default(4602),
    DATA_DIR: z.string().default(path.join(import.meta.dirname, "../.run/store")),
    STORE_TOKEN: z.string().default(""),
  })
  .parse(process.env);

const log = pino({ name: "store" });
const store = await openContentStore(path.resolve(env.DATA_DIR));
for (const pack of store.blocks.damaged) log.error({ pack }, "a stored work is damaged; add its file again");
const app = express();
app.disable("x-powered-by");
app.disable("etag");
app.use(
  createGateway(store, { token: env.STORE_TOKEN, onError: (error) => log.error({ err: error }, "request failed") }),
);
app.use((_request, response) => {
  sendProblem(response, new ColophonError("NOT_FOUND", "There is nothing at that path.", { status: 404 }));
});
const server = app.listen(env.PORT, "127.0.0.1", (error) => {
  if (error) {
    log.fatal({ err: error }, "the store cannot listen");
    process.exit(1);
  }
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : env.PORT;
  log.info({ port, url: `http://127.0.0.1:${port}`, writable: env.STORE_TOKEN !== "" }, "listening");
});

let stopping = false;
/** Requests under way are finished, for five seconds at most. */
function stop(): void {
  if (stopping) return;
  stopping = true;
  setTimeout(() => process.exit(0), 5000).unref();
  server.close(() => void store.close().then(() => process.exit(0)));
  server.closeIdleConnections();
}
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
