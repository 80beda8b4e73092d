/**
 * Builds the dapp: the browser's files to `dist/client`, the server's renderer to `dist/server/render.js`. Does nothing when no
 * source changed since the last build. Prints one line per file that matters and, last, a summary.
 */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import type { Assets } from "./app/document-html.ts";

const ROOT = join(import.meta.dirname, "..");
const DIST = join(import.meta.dirname, "dist");
const STAMP = join(DIST, "stamp.json");
/** Folders that the dapp is made of, and the lock that says with what. */
const SOURCES = ["frontend", "common", "fingerprint", "package-lock.json"];
/** Largest initial JavaScript of a page's first load, bytes after gzip. */
const BUDGET = 130_000;

type Chunk = { file: string; imports?: string[]; dynamicImports?: string[]; css?: string[]; isEntry?: boolean };
type Manifest = Record<string, Chunk>;

function listFiles(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "dist" || entry.name === "node_modules") return [];
    const inner = join(path, entry.name);
    return entry.isDirectory() ? listFiles(inner) : [inner];
  });
}

/** Hash over names and bytes of every source. */
function sourceHash(): string {
  const hash = createHash("sha256");
  for (const file of SOURCES.flatMap((source) => listFiles(join(ROOT, source))).sort()) {
    hash.update(relative(ROOT, file)).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

/** A chunk and everything it imports statically. */
function staticClosure(manifest: Manifest, key: string, seen = new Set<string>()): Set<string> {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const inner of manifest[key]?.imports ?? []) staticClosure(manifest, inner, seen);
  return seen;
}

const gzipBytes = (file: string): number => gzipSync(readFileSync(join(DIST, "client", file)), { level: 9 }).length;

/** Bundles both sides. @returns bytes of initial JavaScript after gzip, by locale */
async function bundle(): Promise<Record<string, number>> {
  // The bundler is loaded only when there is something to do: an unchanged build then costs next to nothing.
  const [{ build }, { viteConfig }] = await Promise.all([import("vite"), import("./vite.config.ts")]);
  rmSync(DIST, { recursive: true, force: true });
  await build(viteConfig({ side: "client" }));
  const manifest = JSON.parse(readFileSync(join(DIST, "client/.vite/manifest.json"), "utf8")) as Manifest;
  const entryKey = Object.keys(manifest).find((key) => manifest[key]?.isEntry);
  if (!entryKey) throw new Error("The client build has no entry.");
  const entry = manifest[entryKey] as Chunk;
  const preload: Assets["preload"] = {};
  const sizes: Record<string, number> = {};
  for (const locale of ["en", "zh"]) {
    const catalogue = Object.keys(manifest).find((key) => key.endsWith(`messages/${locale}.ts`));
    if (!catalogue) throw new Error(`The client build has no catalogue for ${locale}.`);
    const keys = staticClosure(manifest, catalogue, staticClosure(manifest, entryKey));
    const files = [...keys].map((key) => manifest[key]?.file).filter((file): file is string => file !== undefined);
    preload[locale] = files.filter((file) => file !== entry.file).map((file) => `/${file}`);
    sizes[locale] = files.reduce((sum, file) => sum + gzipBytes(file), 0);
  }
  const cssFiles = readdirSync(join(DIST, "client/assets")).filter((file) => file.endsWith(".css"));
  const css = cssFiles.map((file) => readFileSync(join(DIST, "client/assets", file), "utf8").trim()).join("");
  const assets: Assets = { entry: `/${entry.file}`, preload, css };
  await build(viteConfig({ side: "server", assets }));
  mkdirSync(join(DIST, "client"), { recursive: true });
  cpSync(join(import.meta.dirname, "public"), join(DIST, "client"), { recursive: true });
  writeFileSync(join(DIST, "client/index.html"), staticShell(assets, cssFiles));
  return sizes;
}

/** Page for a static host: the browser renders everything. */
function staticShell(assets: Assets, cssFiles: string[]): string {
  const styles = cssFiles.map((file) => `<link rel="stylesheet" href="/assets/${file}">`).join("");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Colophon</title><link rel="icon" type="image/svg+xml" href="/favicon.svg">${styles}<script type="module" src="${assets.entry}"></script></head><body><div id="app"></div></body></html>`;
}

const started = performance.now();
const hash = sourceHash();
const done = existsSync(STAMP)
  ? (JSON.parse(readFileSync(STAMP, "utf8")) as { hash: string; sizes: Record<string, number> })
  : null;
const changed = done?.hash !== hash || !existsSync(join(DIST, "server/render.js")) || process.argv.includes("--force");
const sizes = changed ? await bundle() : (done?.sizes ?? {});
if (changed) writeFileSync(STAMP, JSON.stringify({ hash, sizes }));

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
const report = Object.entries(sizes)
  .map(([locale, bytes]) => `${locale} ${kilobytes(bytes)}`)
  .join(", ");
if (Object.values(sizes).some((bytes) => bytes > BUDGET)) {
  console.error(`initial JavaScript is over its budget of ${kilobytes(BUDGET)} gzip: ${report}`);
  process.exitCode = 1;
}
console.log(
  `dapp ${changed ? "built" : "unchanged"} in ${Math.round(performance.now() - started)} ms, initial JavaScript ${report} (gzip)`,
);
