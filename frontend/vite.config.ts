import { join } from "node:path";
import react from "@vitejs/plugin-react";
import type { InlineConfig, UserConfig } from "vite";
import type { Assets } from "./app/document-html.ts";

/** Libraries of the first page. What only other pages use of them (infinite lists) stays out. */
const VENDOR =
  /node_modules[\\/](react|react-dom|scheduler|@tanstack(?!.*[iI]nfiniteQuer)|use-sync-external-store)[\\/]|lucide-react[\\/]dist[\\/]esm[\\/](?!icons)|rolldown[\\/]runtime/;

/** Our own modules of the first page, the catalogues apart. */
const FIRST_PAGE =
  /(vite[\\/]preload-helper|common[\\/]errors|frontend[\\/](app|data|i18n|discover[\\/](discover|search-box)|ui[\\/](address-link|avatar|button|cookie|error-notice|gallery|notice|play-button|preview-url|reason-sentence|seal|skeleton|theme|use-hydrated|why-button|work-picture|work-tile)|chain[\\/](chain-store|load-wallet|pending-store|role-name|dev-addresses|wallet-button)))/;

/** Vite's configuration of one side of the dapp. Nothing of a stack is baked in: the page reads `/config.json`. */
export function viteConfig(options: { side: "client" } | { side: "server"; assets: Assets }): InlineConfig {
  const here = import.meta.dirname;
  const shared: InlineConfig = {
    configFile: false,
    root: here,
    base: "/",
    publicDir: false,
    logLevel: "warn",
    plugins: [react()],
    worker: { format: "es" },
  };
  if (options.side === "client") {
    return {
      ...shared,
      build: {
        outDir: join(here, "dist/client"),
        emptyOutDir: true,
        manifest: true,
        target: "es2022",
        // One small sheet, which the server writes into the page.
        cssCodeSplit: false,
        modulePreload: { polyfill: false },
        assetsInlineLimit: 0,
        rollupOptions: {
          input: join(here, "client.tsx"),
          output: {
            // What every page needs stands in two files: they compress better than thirty small ones, and the first stays
            // cached over our own changes.
            codeSplitting: {
              groups: [
                { name: "vendor", test: VENDOR, priority: 2 },
                { name: "app", test: FIRST_PAGE, priority: 1 },
              ],
            },
          },
        },
      },
    };
  }
  return {
    ...shared,
    define: { __COLOPHON_ASSETS__: JSON.stringify(options.assets) },
    ssr: { noExternal: true, target: "node" },
    build: {
      ssr: join(here, "server.tsx"),
      outDir: join(here, "dist/server"),
      emptyOutDir: true,
      target: "node22",
      minify: false,
      rollupOptions: { output: { entryFileNames: "render.js", chunkFileNames: "chunks/[name]-[hash].js" } },
    },
  };
}

/** The dapp with hot reload (`npm run dev`): pages are made by the browser, the API answers through this server. */
function devConfig(): UserConfig {
  const target = process.env.API_URL ?? "http://127.0.0.1:4600";
  return {
    root: import.meta.dirname,
    plugins: [react()],
    worker: { format: "es" },
    publicDir: join(import.meta.dirname, "public"),
    server: { proxy: { "/v1": target, "/config.json": target, "/docs": target } },
  };
}

// Vite reads its configuration from a default export.
export default devConfig();
