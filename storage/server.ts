/**
 * The store as a process. Environment: `PORT` (4602), `DATA_DIR`, `STORE_TOKEN` (without it the store is read-only), `PIN_TARGETS` (a file of
 * places for copies, default `targets.json` in the folder; without it the store's own copy is the only one).
 */
import path from "node:path";
import express from "express";
import pino from "pino";
import { z } from "zod";
import { ColophonError } from "../common/errors.ts";
import { openContentStore } from "./content-store.ts";
import { createGateway } from "./gateway.ts";
import { readTargets } from "./pin-targets/read-targets.ts";
import { sendProblem } from "./problem.ts";
import { Publisher } from "./publisher.ts";
import { Repair } from "./repair.ts";

const env = z
  .object({
    PORT: z.coerce.number().int().min(0).max(65535).default(4602),
    DATA_DIR: z.string().default(path.join(import.meta.dirname, "../.run/store")),
    STORE_TOKEN: z.string().default(""),
    PIN_TARGETS: z.string().optional(),
  })
  .parse(process.env);

const log = pino({ name: "store" });
const store = await openContentStore(path.resolve(env.DATA_DIR));
for (const pack of store.blocks.damaged) log.error({ pack }, "a stored work is damaged; add its file again");
const dir = path.resolve(env.DATA_DIR);
const replication = await readTargets(env.PIN_TARGETS ?? path.join(dir, "targets.json"), process.env);
const publisher =
  replication &&
  (await Publisher.open({
    dir: path.join(dir, "publications"),
    store,
    ...replication,
    onFailure: ({ cid, target, error }) => log.warn({ cid, target, err: error }, "a target has no good copy"),
  }));
const repair = publisher && new Repair({ publisher, store });
const app = express();
app.disable("x-powered-by");
app.disable("etag");
app.use(
  createGateway(store, {
    token: env.STORE_TOKEN,
    publisher: publisher ?? undefined,
    repair: repair ?? undefined,
    onError: (error) => log.error({ err: error }, "request failed"),
  }),
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

/** Pause between rounds of the repair, ms: a proof holds for a day, so most rounds find little to do. */
const REPAIR_PAUSE_MS = 600_000;
let repairTimer: NodeJS.Timeout | undefined;
async function repairForever(rounds: Repair): Promise<void> {
  try {
    const report = await rounds.round();
    if (report.underReplicated + report.lost + report.resent > 0) log.warn(report, "copies were repaired");
  } catch (error) {
    log.error({ err: error }, "a round of the repair failed");
  }
  if (!stopping) repairTimer = setTimeout(() => void repairForever(rounds), REPAIR_PAUSE_MS).unref();
}

let stopping = false;
/** Requests under way are finished, for five seconds at most. */
function stop(): void {
  if (stopping) return;
  stopping = true;
  setTimeout(() => process.exit(0), 5000).unref();
  clearTimeout(repairTimer);
  server.close(() => void Promise.all([publisher?.close(), store.close()]).then(() => process.exit(0)));
  server.closeIdleConnections();
}
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
if (repair) void repairForever(repair);
