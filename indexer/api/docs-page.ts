/** `/docs`: the API's routes as one plain page, made from the routes themselves. */
import type { Route } from "./route.ts";

/** HTML without scripts. */
export function docsPage(routes: readonly Route[], version: string): string {
  const sections = routes.map((route) => {
    const parts = [...describe("path", route.params), ...describe("query", route.query)];
    const refusals = route.refusals?.length ? `<p>Refusals: ${route.refusals.map(code).join(", ")}</p>` : "";
    return `<section><h2>${code(`${route.method.toUpperCase()} ${route.path}`)}</h2><p>${escape(route.summary)}${
      route.session ? " · needs a session" : ""
    }</p>${parts.length > 0 ? `<ul>${parts.join("")}</ul>` : ""}${refusals}</section>`;
  });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Colophon API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1.25rem;color-scheme:light dark}
h2{font-size:1rem;margin:2rem 0 .25rem}code{font:.95em ui-monospace,monospace}p,ul{margin:.25rem 0}</style></head>
<body><h1>Colophon API ${escape(version)}</h1>
<p>Answers are <code>{ data, meta }</code>; <code>meta</code> says which block they were made from. Lists also have
<code>next</code>, a cursor. Refusals are <code>application/problem+json</code> with a stable <code>code</code>.
Machine-readable: <a href="/v1/openapi.json">/v1/openapi.json</a>.</p>
${sections.join("\n")}</body></html>`;
}

function describe(place: string, schema: Route["params"]): string[] {
  const names = Object.entries(schema?.shape ?? {});
  return names.map(([name, type]) => {
    const optional = (type as { safeParse(value: unknown): { success: boolean } }).safeParse(undefined).success;
    return `<li>${place} ${code(name)}${optional ? ", optional" : ""}</li>`;
  });
}

const code = (text: string): string => `<code>${escape(text)}</code>`;

function escape(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
