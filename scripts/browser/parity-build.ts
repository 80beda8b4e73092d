import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "vite";

/** Bundles the parity page, with the dapp's settings for workers and wasm, into a folder of its own. */
export async function buildParityPage(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), "colophon-parity-"));
  await build({
    configFile: false,
    root: import.meta.dirname,
    base: "/",
    publicDir: false,
    logLevel: "warn",
    worker: { format: "es" },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: "es2022",
      assetsInlineLimit: 0,
      rollupOptions: {
        input: path.join(import.meta.dirname, "parity-page.ts"),
        output: { entryFileNames: "page.js" },
      },
    },
  });
  await writeFile(path.join(folder, "index.html"), '<!doctype html><script type="module" src="/page.js"></script>');
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
