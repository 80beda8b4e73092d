import { BOOT_ELEMENT, type Boot } from "../data/boot-data.ts";
import { LANGUAGE_TAGS, LOCALES } from "../i18n/locale.ts";
import type { Head } from "./head.ts";

/** Names of the browser's files, from the client build. */
export type Assets = {
  /** Module that starts the page. */
  entry: string;
  /** Modules worth fetching at once, by locale. */
  preload: Record<string, string[]>;
  /** The whole style sheet, small enough to travel in the page: it then paints on the first response. */
  css: string;
};

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text made safe for HTML text and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}

/** JSON made safe for a script element: no `<`, no line separators that old parsers end on. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

/** The page around the rendered tree. No inline script runs: the data block is JSON, the entry is a module file. */
export function documentHtml(page: {
  body: string;
  boot: Boot;
  head: Head;
  assets: Assets;
  /** Path below the locale prefix. */
  pathname: string;
}): string {
  const { boot, head, assets } = page;
  const canonical = page.pathname === "/" ? "/" : page.pathname;
  const lines = [
    "<!doctype html>",
    `<html lang="${LANGUAGE_TAGS[boot.locale]}"${boot.theme ? ` data-theme="${boot.theme}"` : ""}>`,
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(head.title)}</title>`,
    `<meta name="description" content="${escapeHtml(head.description.slice(0, 200))}">`,
    '<meta name="theme-color" content="#fcfbf8" media="(prefers-color-scheme: light)">',
    '<meta name="theme-color" content="#131312" media="(prefers-color-scheme: dark)">',
    `<meta property="og:title" content="${escapeHtml(head.title)}">`,
    `<meta property="og:description" content="${escapeHtml(head.description.slice(0, 200))}">`,
    ...(head.image ? [`<meta property="og:image" content="${escapeHtml(head.image)}">`] : []),
    `<link rel="canonical" href="/${boot.locale}${escapeHtml(canonical)}">`,
    ...LOCALES.map(
      (locale) =>
        `<link rel="alternate" hreflang="${LANGUAGE_TAGS[locale]}" href="/${locale}${escapeHtml(canonical)}">`,
    ),
    '<link rel="icon" type="image/svg+xml" href="/favicon.svg">',
    `<style>${assets.css}</style>`,
    "</head>",
    "<body>",
    `<div id="app">${page.body}</div>`,
    `<script type="application/json" id="${BOOT_ELEMENT}">${scriptJson(boot)}</script>`,
    // Last, so that the first pictures get a connection before the scripts do.
    ...(assets.preload[boot.locale] ?? []).map(
      (file) => `<link rel="modulepreload" fetchpriority="low" href="${file}">`,
    ),
    `<script type="module" fetchpriority="low" src="${assets.entry}"></script>`,
    "</body>",
    "</html>",
  ];
  return lines.join("\n");
}
