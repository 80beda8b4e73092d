/** The HTTP API as one express application. */
import path from "node:path";
import compression from "compression";
import express, { type Express } from "express";
import { rateLimit } from "express-rate-limit";
import type { PublicConfig } from "../../common/config.ts";
import { ColophonError } from "../../common/errors.ts";
import { isLoopbackHost } from "../../common/loopback.ts";
import type { Indexer } from "../indexer.ts";
import { tdmRules } from "../../storage/marking/index.ts";
import { Sessions } from "./auth/sessions.ts";
import { docsPage } from "./docs-page.ts";
import { Fingerprinter } from "./files/fingerprinter.ts";
import { PreviewMaker } from "./files/preview-maker.ts";
import { openApiDocument } from "./openapi.ts";
import { pages, type RenderPage } from "./pages.ts";
import { problemHandler, sendProblem, unknownRoute } from "./problem.ts";
import { AnswerCache, handlerOf, type Route } from "./route.ts";
import { authRoutes } from "./routes/auth.ts";
import { marketRoutes } from "./routes/market.ts";
import { previewRoute } from "./routes/preview.ts";
import { softBindingRoutes } from "./routes/soft-bindings.ts";
import { systemRoutes } from "./routes/system.ts";
import { documentBody, type FileSink, uploadBody, uploadRoutes } from "./routes/uploads.ts";
import { workRoutes } from "./routes/works.ts";
import { securityHeaders } from "./security-headers.ts";

export type ApiOptions = {
  config: PublicConfig;
  /** Where uploads go. */
  files: FileSink;
  /** The chain, for signatures of contract accounts (default: the configuration's). */
  rpcUrl?: string;
  renderPage?: RenderPage;
  /** Built files of the dapp. */
  staticDir?: string;
};

/** Requests a minute from one address: many for reads, few where work or storage is caused. */
const READS = 6000;
const WRITES = 600;

/**
 * Makes the application; it answers as soon as it listens, `/ready` says whether the index is fit to be used.
 * @returns the app, and `close` for its worker thread
 */
export function createApi(indexer: Indexer, options: ApiOptions): { app: Express; close(): Promise<void> } {
  const { config } = options;
  const sessions = new Sessions(indexer.database, {
    chainId: config.deployment.chainId,
    rpcUrl: options.rpcUrl ?? config.rpcUrl,
  });
  const fingerprinter = new Fingerprinter();
  const previews = new PreviewMaker(indexer.store, indexer.dataDir && path.join(indexer.dataDir, "previews"));
  const routes: readonly Route[] = [
    ...systemRoutes(config.version),
    ...workRoutes,
    previewRoute(previews),
    ...marketRoutes,
    ...authRoutes,
    ...uploadRoutes(options.files, fingerprinter),
    ...softBindingRoutes(indexer, fingerprinter),
  ];

  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  app.use(securityHeaders(config));
  if (config.local) app.use(loopbackOnly);
  app.use(
    compression({
      // Streams must not wait for a compressor's buffer.
      filter: (request, response) =>
        response.getHeader("content-type") !== "text/event-stream" && compression.filter(request, response),
    }),
  );
  app.get("/health", (_, response) => void response.json({ ok: true, service: "market", ready: indexer.ready }));
  app.get("/ready", (_, response) => {
    const { ready, distrust, meta } = indexer;
    response.status(ready ? 200 : 503).json({ ready, distrust, meta });
  });
  app.get("/config.json", (_, response) => void response.set("cache-control", "no-cache").json(config));
  app.get("/.well-known/tdmrep.json", (_, response) => void response.json(tdmRules()));
  mountApi(app, routes, { indexer, sessions });
  const description = openApiDocument(routes, config.version);
  app.get("/v1/openapi.json", (_, response) => void response.json(description));
  app.get("/docs", (_, response) => void response.type("html").send(docsPage(routes, config.version)));
  app.use("/v1", unknownRoute);
  app.use(pages(options));
  app.use(unknownRoute);
  app.use(problemHandler(indexer.log));
  return { app, close: () => fingerprinter.close() };
}

/** A page elsewhere whose name was bound anew to this machine would else be of one origin with us (DNS rebinding). */
const loopbackOnly: express.RequestHandler = (request, response, next) => {
  if (isLoopbackHost(request.headers.host)) return next();
  sendProblem(
    response,
    new ColophonError("MISDIRECTED_REQUEST", "This server answers to localhost only.", { status: 421 }),
  );
};

function mountApi(app: Express, routes: readonly Route[], context: { indexer: Indexer; sessions: Sessions }): void {
  const cache = new AnswerCache();
  app.use("/v1", limitOf(READS, ["GET", "HEAD"]), limitOf(WRITES, ["POST", "DELETE"]));
  for (const route of routes) {
    const body = bodyOf(route);
    const handler = handlerOf(route, context, cache);
    const handlers = body ? [needsSession(route, context), body, handler] : [handler];
    app[route.method](route.path, ...handlers);
  }
}

/** Bodies of routes that need a session are read only once there is one. */
function needsSession(route: Route, { sessions }: { sessions: Sessions }): express.RequestHandler {
  return async (request, _, next) => {
    if (route.session && !(await sessions.addressOf(request))) {
      throw new ColophonError("SESSION_NEEDED", "Sign in with your wallet first.", { status: 401 });
    }
    next();
  };
}

function bodyOf(route: Route): express.RequestHandler | null {
  if (route.path === "/v1/uploads" || route.path === "/v1/matches/byContent") return uploadBody;
  return route.body ? documentBody : null;
}

function limitOf(limit: number, methods: readonly string[]): express.RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    skip: (request) => !methods.includes(request.method),
    handler: (_, response) =>
      sendProblem(
        response,
        new ColophonError("TOO_MANY_REQUESTS", "Too many requests; wait a minute.", { status: 429 }),
      ),
  });
}
