/** One route of the API: its zod schemas check requests, describe it in OpenAPI, and (in tests) check answers. */
import type { Request, RequestHandler, Response } from "express";
import type { z } from "zod";
import { ColophonError } from "../../common/errors.ts";
import type { Indexer } from "../indexer.ts";
import type { Sessions } from "./auth/sessions.ts";

type Shape = z.ZodRawShape;
type Parsed<S extends Shape | undefined> = S extends Shape ? z.infer<z.ZodObject<S>> : Record<string, never>;

/** What every handler works with. */
export type ApiContext = { indexer: Indexer; sessions: Sessions };

export type RouteInput<P, Q, B> = {
  params: P;
  query: Q;
  body: B;
  request: Request;
  response: Response;
  /** Who is signed in; for routes that need a session never null. */
  address: string | null;
};

export type Route = {
  method: "get" | "post" | "delete";
  /** As express spells it: `/v1/works/:id`. */
  path: string;
  summary: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** `answer`: `{ data, meta }`; `page`: also `next`; `plain`: the data alone; `raw`: the handler writes the response. */
  form: "answer" | "page" | "plain" | "raw";
  data?: z.ZodType;
  /** Media type of a raw answer. */
  mediaType?: string;
  session?: boolean;
  /** Codes of the refusals that are its own. */
  refusals?: readonly string[];
  handle: (context: ApiContext, input: RouteInput<never, never, never>) => Promise<unknown>;
};

/** Declares a route with typed parameters; a `page` handler returns `{ data, next }`. */
export function route<
  P extends Shape | undefined = undefined,
  Q extends Shape | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(
  declared: Omit<Route, "params" | "query" | "body" | "handle"> & {
    params?: z.ZodObject<P extends Shape ? P : Shape>;
    query?: z.ZodObject<Q extends Shape ? Q : Shape>;
    body?: B;
    handle: (
      context: ApiContext,
      input: RouteInput<Parsed<P>, Parsed<Q>, B extends z.ZodType ? z.infer<B> : undefined>,
    ) => Promise<unknown>;
  },
): Route {
  return declared;
}

/** Answers of one version of the index, so that hot pages cost no query; dropped with the next commit. */
export class AnswerCache {
  readonly #entries = new Map<string, string>();
  #version = "";

  get(version: string, key: string): string | undefined {
    if (version !== this.#version) return undefined;
    return this.#entries.get(key);
  }

  set(version: string, key: string, json: string): void {
    if (version !== this.#version || this.#entries.size >= 500) this.#entries.clear();
    this.#version = version;
    this.#entries.set(key, json);
  }
}

/** Makes the express handler of a route. */
export function handlerOf(route: Route, context: ApiContext, cache: AnswerCache): RequestHandler {
  return async (request, response) => {
    const address = await context.sessions.addressOf(request);
    if (route.session && !address) {
      throw new ColophonError("SESSION_NEEDED", "Sign in with your wallet first.", { status: 401 });
    }
    const input = {
      params: route.params?.parse(request.params) ?? {},
      query: route.query?.parse(request.query) ?? {},
      body: route.body ? route.body.parse(request.body) : undefined,
      request,
      response,
      address,
    } as RouteInput<never, never, never>;
    if (route.form === "raw") {
      await route.handle(context, input);
      return;
    }
    if (route.method !== "get" || route.form === "plain") {
      response.set("cache-control", "no-store");
      const data = await route.handle(context, input);
      if (data === undefined) response.status(204).end();
      else if (route.form === "plain") response.json(data);
      else response.json({ data, meta: context.indexer.meta });
      return;
    }
    await sendCached(route, context, cache, input);
  };
}

/** Time-dependent parts (open offers, what is fresh) are computed for whole minutes. */
async function sendCached(
  route: Route,
  context: ApiContext,
  cache: AnswerCache,
  input: RouteInput<never, never, never>,
): Promise<void> {
  const { indexer } = context;
  const { request, response } = input;
  const version = `${indexer.version}.${Math.floor(indexer.now / 60)}.${indexer.ready ? 1 : 0}`;
  const etag = `W/"${version}"`;
  response.set({ etag, "cache-control": "no-cache", vary: "accept-encoding" });
  if (request.headers["if-none-match"] === etag) {
    response.status(304).end();
    return;
  }
  let members = cache.get(version, request.originalUrl);
  if (members === undefined) {
    const made = await route.handle(context, input);
    const { data, next } = (route.form === "page" ? made : { data: made }) as { data: unknown; next?: string | null };
    members = `"data":${JSON.stringify(data)}${route.form === "page" ? `,"next":${JSON.stringify(next ?? null)}` : ""}`;
    if (version.startsWith(`${indexer.version}.`)) cache.set(version, request.originalUrl, members);
  }
  response.type("json").send(`{${members},"meta":${JSON.stringify(indexer.meta)}}`);
}
