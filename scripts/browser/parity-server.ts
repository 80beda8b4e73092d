import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };
/** The dapp's own rules for scripts: what works here works there. */
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; object-src 'none'";

/** Serves the page's folder at `/` and the files to compare at `/files/`, on loopback. */
export async function serveParityPage(
  pageFolder: string,
  filesFolder: string,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const address = new URL(request.url ?? "/", "http://page.invalid").pathname;
    const inFiles = address.startsWith("/files/");
    const root = inFiles ? filesFolder : pageFolder;
    const name = inFiles ? decodeURIComponent(address.slice(7)) : address === "/" ? "index.html" : address.slice(1);
    const file = path.resolve(root, name);
    const refuse = (): void => void response.writeHead(404).end();
    if (!file.startsWith(root + path.sep)) return refuse();
    readFile(file).then((bytes) => {
      response.setHeader("content-security-policy", POLICY);
      response.setHeader("content-type", TYPES[path.extname(file)] ?? "application/octet-stream");
      response.end(bytes);
    }, refuse);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
