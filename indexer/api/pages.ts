/** The dapp: hashed files that never change, and pages rendered on the server. */
import { existsSync } from "node:fs";
import path from "node:path";
import express, { type RequestHandler, Router } from "express";

export type PageRequest = { url: string; cookies: string | undefined; acceptLanguage: string | undefined };
export type RenderPage = (
  request: PageRequest,
) => Promise<{ status: number; html: string; headers?: Record<string, string> } | null>;

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Colophon</title>
<p>The pages are not built. Run <code>npm run build:dapp</code>; the API is documented at <a href="/docs">/docs</a>.</p></html>`;

/** Serves the build in `staticDir` and everything else by `renderPage`. */
export function pages(options: { renderPage?: RenderPage; staticDir?: string }): Router {
  const router = Router();
  const { staticDir, renderPage } = options;
  if (staticDir && existsSync(staticDir)) {
    const assets = path.join(staticDir, "assets");
    router.use(
      "/assets",
      express.static(assets, { immutable: true, maxAge: "365d", index: false, fallthrough: false }),
    );
    router.use(express.static(staticDir, { index: false, maxAge: "1h" }));
  }
  router.get("/{*path}", pageHandler(renderPage));
  return router;
}

function pageHandler(renderPage: RenderPage | undefined): RequestHandler {
  return async (request, response, next) => {
    if (!request.accepts("html") || request.path.startsWith("/v1/")) return next();
    const page = await renderPage?.({
      url: request.originalUrl,
      cookies: request.headers.cookie,
      acceptLanguage: request.headers["accept-language"],
    });
    if (!page) {
      response.status(503).type("html").send(NOT_BUILT);
      return;
    }
    response.set({ "cache-control": "no-cache", ...page.headers });
    response.status(page.status).type("html").send(page.html);
  };
}
