/** OpenAPI 3.1 from the same schemas that check requests. */
import { OpenAPIRegistry, OpenApiGeneratorV31 } from "@asteasolutions/zod-to-openapi";
import { z } from "zod";
import { answerOf, pageOf, problemSchema } from "../../common/api/schemas.ts";
import type { Route } from "./route.ts";

/** The document of these routes. */
export function openApiDocument(routes: readonly Route[], version: string) {
  const registry = new OpenAPIRegistry();
  for (const route of routes) registry.registerPath(pathOf(route));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: "3.1.0",
    info: {
      title: "Colophon",
      version,
      description:
        "Reads of an index of the chain: every answer's `meta` says which block it was made from. " +
        "Refusals are RFC 9457 problems with a stable `code`. Amounts and ids are decimal text.",
      license: { name: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
  });
}

function pathOf(route: Route): Parameters<OpenAPIRegistry["registerPath"]>[0] {
  const refusals = [
    ...(route.params || route.query || route.body ? ["INVALID_PARAMETERS"] : []),
    ...(route.session ? ["SESSION_NEEDED"] : []),
    ...(route.refusals ?? []),
  ];
  return {
    method: route.method,
    path: route.path.replace(/:(\w+)/g, "{$1}"),
    summary: route.summary,
    request: {
      ...(route.params ? { params: route.params } : {}),
      ...(route.query ? { query: route.query } : {}),
      ...(route.body ? { body: { content: { "application/json": { schema: route.body } } } } : {}),
    },
    responses: {
      [route.data || route.mediaType ? 200 : 204]: {
        description: route.summary,
        ...(route.data || route.mediaType
          ? { content: { [route.mediaType ?? "application/json"]: { schema: answerSchema(route) } } }
          : {}),
      },
      default: {
        description: refusals.length > 0 ? `Refusals: ${refusals.join(", ")}` : "A refusal",
        content: { "application/problem+json": { schema: problemSchema } },
      },
    },
  };
}

/** What a route answers, with its wrapper. */
export function answerSchema(route: Route): z.ZodType {
  const data = route.data ?? z.string();
  if (route.form === "answer") return answerOf(data);
  return route.form === "page" ? pageOf(data) : data;
}
