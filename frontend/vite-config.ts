import { join } from "node:path";
import react from "@vitejs/plugin-react";
import type { InlineConfig } from "vite";
import type { Assets } from "./app/document-html.ts";

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
            // What every page needs stands in one file: it compresses better and stays cached over our own changes.
            codeSplitting: {
              groups: [
                {
                  name: "vendor",
                  test: /node_modules[\\/](react|react-dom|scheduler|@tanstack|use-sync-external-store)[\\/]/,
                },
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
