/** HTTP side of the content store: a trustless and path gateway, and two guarded ways in. */
import { type Request, type RequestHandler, type Response, Router } from "express";
import { ColophonError } from "../common/errors.ts";
import {
  acceptCar,
  acceptDocument,
  acceptFile,
  acceptRelease,
  checkToken,
  drain,
  type Intake,
} from "./accept-content.ts";
import { notFound, parseCid } from "./cid.ts";
import type { ContentStore } from "./content-store.ts";
import { TDM_HEADERS, tdmRules } from "./marking/tdmrep.ts";
import { sendProblem } from "./problem.ts";
import { PROFILE } from "./profile.ts";
import type { Publisher } from "./publisher.ts";
import type { Repair } from "./repair.ts";
import { ContentServer } from "./serve-content.ts";

/**
 * Routes: `GET|HEAD /ipfs/{cid}[/{path}]`, `POST /v1/files`, `/v1/documents` and `/v1/cars`, `DELETE /v1/pins/{cid}`,
 * `GET /v1/replicas/{cid}`, `GET /health`.
 * @param options.token bearer token for writing; with an empty one nobody writes
 * @param options.publisher where files and documents must be before they are acknowledged; without it the store's own disk is enough
 * @param options.onError told of every error that is not the client's
 */
export function createGateway(
  store: ContentStore,
  options: { token: string; publisher?: Publisher; repair?: Repair; onError?: (error: unknown) => void },
): RequestHandler {
  const server = new ContentServer(store);
  const guard =
    (handle: (request: Request, response: Response) => Promise<void>): RequestHandler =>
    (request, response) => {
      handle(request, response).catch((error: unknown) => {
        if (!(error instanceof ColophonError) || error.status >= 500) options.onError?.(error);
        sendProblem(response, error);
        drain(request);
      });
    };
  const write = (accept: (intake: Intake, request: Request, response: Response) => Promise<void>): RequestHandler =>
    guard(async (request, response) => {
      checkToken(request, options.token);
      await accept({ store, publisher: options.publisher }, request, response);
    });

  const router = Router();
  router.use("/ipfs", (_request, response, next) => {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-methods", "GET, HEAD, OPTIONS");
    response.setHeader(
      "access-control-allow-headers",
      "Accept, Content-Type, If-None-Match, If-Range, Range, User-Agent, X-Requested-With",
    );
    response.setHeader(
      "access-control-expose-headers",
      "Content-Length, Content-Range, ETag, X-Ipfs-Path, X-Ipfs-Roots",
    );
    response.setHeader("cross-origin-resource-policy", "cross-origin");
    for (const [name, value] of Object.entries(TDM_HEADERS)) response.setHeader(name, value);
    next();
  });
  // Not by route parameters: content paths are decoded where they are followed, name by name.
  const serve = guard((request, response) => server.serve(request, response));
  router.use("/ipfs", (request, response, next) => {
    if (request.path === "/") return next();
    if (request.method === "GET" || request.method === "HEAD") return serve(request, response, next);
    if (request.method !== "OPTIONS") return next();
    response.setHeader("access-control-max-age", "86400");
    response.status(204).end();
  });
  router.post("/v1/files", write(acceptFile));
  router.post("/v1/documents", write(acceptDocument));
  router.post("/v1/cars", write(acceptCar));
  router.delete("/v1/pins/:cid", write(acceptRelease));
  router.get(
    "/v1/replicas/:cid",
    guard(async (request, response) => {
      response.json(await replicasOf(store, options.publisher, String(request.params.cid)));
    }),
  );
  router.get("/.well-known/tdmrep.json", (_request, response) => {
    response.json(tdmRules());
  });
  router.get("/health", (_request, response) => {
    response.json({ ok: true, profile: PROFILE, ...(options.repair ? { replication: options.repair.last } : {}) });
  });
  return router;
}

/** How safe a work is: its state, and which copies were read back. @throws ColophonError CONTENT_NOT_FOUND, BAD_CID */
async function replicasOf(store: ContentStore, publisher: Publisher | undefined, text: string): Promise<object> {
  const cid = parseCid(text);
  const publication = publisher?.publication(text);
  if (publisher && publication) {
    const { state, proven, missing } = publication;
    return {
      cid: publication.cid,
      state,
      required: publisher.required,
      copies: publisher.copies(publication),
      proven,
      missing,
    };
  }
  if (!(await store.has(text))) throw notFound(text);
  return {
    cid: cid.toString(),
    state: "stored",
    required: publisher?.required ?? 1,
    copies: 1,
    proven: {},
    missing: {},
  };
}
