/** HTTP side of the content store: a trustless and path gateway, and two guarded ways in. */
import { type Request, type RequestHandler, type Response, Router } from "express";
import { ColophonError } from "../common/errors.ts";
import { acceptDocument, acceptFile, checkToken, drain } from "./accept-content.ts";
import type { ContentStore } from "./content-store.ts";
import { sendProblem } from "./problem.ts";
import { PROFILE } from "./profile.ts";
import { ContentServer } from "./serve-content.ts";

/**
 * Routes: `GET|HEAD /ipfs/{cid}[/{path}]`, `POST /v1/files`, `POST /v1/documents`, `GET /health`.
 * @param options.token bearer token for writing; with an empty one nobody writes
 * @param options.onError told of every error that is not the client's
 */
export function createGateway(
  store: ContentStore,
  options: { token: string; onError?: (error: unknown) => void },
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
  const write = (accept: typeof acceptFile): RequestHandler =>
    guard(async (request, response) => {
      checkToken(request, options.token);
      await accept(store, request, response);
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
  router.get("/health", (_request, response) => {
    response.json({ ok: true, profile: PROFILE });
  });
  return router;
}
