/** Serves the built dapp over a made-up market on loopback, for looking at pages without a stack. Run: `node fixture-server.ts [port]`. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import sharp from "sharp";
import * as schemas from "../../common/api/schemas.ts";
import type { PublicConfig } from "../../common/config.ts";
import { ColophonError } from "../../common/errors.ts";
import { Prng } from "../../common/prng.ts";
import { DISPUTED, detail, JOBS, job, NOW, OPERATORS, shelves, similar, trends, WORKS } from "./fixture-market.ts";
import { predictAddresses } from "../../scripts/predict-addresses.ts";

const DIST = join(import.meta.dirname, "../../frontend/dist");
const TYPES: Record<string, string> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".txt": "text/plain",
  ".wasm": "application/wasm",
};
const META = {
  chainId: 31337,
  indexedBlock: 1284,
  indexedBlockHash: null,
  headBlock: 1284,
  finalizedBlock: 1280,
  stale: false,
};
const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' http://127.0.0.1:* http://localhost:*; worker-src 'self' blob:; object-src 'none'";

const config: PublicConfig = {
  deployment: {
    chainId: 31337,
    genesisHash: `0x${"00".repeat(32)}`,
    deployBlock: 1,
    contracts: predictAddresses("0x00000000000000000000000000000000000000aa", 0n),
  },
  rpcUrl: "http://127.0.0.1:4601",
  gatewayUrl: "http://127.0.0.1:4602",
  local: true,
  version: "0.1.0",
};

const missing = (code: string) => new ColophonError(code, "There is no such thing.", { status: 404 });

/** Answer to a GET of the API, checked against its schema. */
function answer(path: string): unknown {
  const url = new URL(path, "http://fixture.invalid");
  const [, , room, id, part] = url.pathname.split("/");
  const one = (schema: Parameters<typeof schemas.answerOf>[0], data: unknown) =>
    schemas.answerOf(schema).parse({ data, meta: META });
  const list = (schema: Parameters<typeof schemas.pageOf>[0], data: unknown[]) =>
    schemas.pageOf(schema).parse({ data, next: null, meta: META });
  if (room === "status") return { data: { ready: true }, meta: META };
  if (room === "shelves") return one(schemas.shelfSchema.array(), shelves(url.searchParams.get("for")));
  if (room === "works" && !id) {
    const kind = url.searchParams.get("kind");
    const q = url.searchParams.get("q")?.toLowerCase() ?? "";
    return list(
      schemas.workCardSchema,
      WORKS.filter((w) => (!kind || w.kind === kind) && w.title.toLowerCase().includes(q)),
    );
  }
  if (room === "works" && part === "similar") return one(schemas.recommendationSchema.array(), similar(id as string));
  if (room === "works" && id) {
    const found = detail(id);
    if (!found) throw missing("UNKNOWN_WORK");
    return one(schemas.workDetailSchema, found);
  }
  if (room === "trends")
    return one(schemas.trendsSchema, trends(Number.parseInt(url.searchParams.get("window") ?? "30", 10)));
  if (room === "operators") return one(schemas.operatorSchema.array(), OPERATORS);
  if (room === "jobs" && !id)
    return list(
      schemas.jobSchema,
      JOBS.filter((j) => !url.searchParams.get("status") || j.status === url.searchParams.get("status")),
    );
  if (room === "jobs") {
    const found = job(id as string);
    if (!found) throw missing("UNKNOWN_JOB");
    return one(schemas.jobSchema, found);
  }
  if (room === "accounts") {
    const address = (id ?? "").toLowerCase();
    const works = WORKS.filter((w) => w.owner === address);
    const first = detail("1");
    const term = first?.offers[0]?.terms;
    return one(schemas.accountSchema, {
      address,
      works,
      licenses: [3, 4].map((n) => ({
        id: String(n),
        workId: String(n),
        holder: address,
        offerId: "1",
        terms: term,
        price: "20000000000000000",
        currency: `0x${"00".repeat(20)}`,
        issuedAt: NOW - n * 86_400,
        expiresAt: 0,
        used: n === 4,
        revoked: false,
        derivativeShare: term?.derivativeShare,
        evidence: { tx: `0x${"ab".repeat(32)}`, block: 3, logIndex: 1, event: "LicenseIssued" },
        work: WORKS[n],
      })),
      earnings: [...works.slice(0, 2), WORKS[Number(DISPUTED) - 1]].map((w) => ({
        work: w,
        revenue: detail(w?.id ?? "")?.revenue,
      })),
      jobs: JOBS.slice(0, 3),
      jobCredits: [{ currency: `0x${"00".repeat(20)}`, amount: "12000000000000000" }],
      ledgerBalances: [{ currency: `0x${"00".repeat(20)}`, amount: "3000000000000000" }],
      bondCredit: "20000000000000000",
      splits: [],
    });
  }
  throw missing("NOT_FOUND");
}

/** A picture with some character: blurred bands and discs in one palette. */
async function picture(id: number, width: number): Promise<Buffer> {
  const card = WORKS[id - 1];
  const size = card?.previewSize ?? { width: 1000, height: 1000 };
  const prng = new Prng(`picture ${id}`);
  const hue = Math.floor(prng.float() * 360);
  const shapes = Array.from({ length: 26 }, (_, index) => {
    const h = (hue + prng.float() * 70 + (index % 5 === 0 ? 170 : 0)) % 360;
    const fill = `hsl(${h} ${25 + prng.float() * 45}% ${18 + prng.float() * 62}%)`;
    const x = prng.float() * size.width;
    const y = prng.float() * size.height;
    return id % 3 === 0
      ? `<circle cx="${x}" cy="${y}" r="${40 + prng.float() * 260}" fill="none" stroke="${fill}" stroke-width="${4 + prng.float() * 30}"/>`
      : id % 3 === 1
        ? `<rect x="0" y="${y}" width="${size.width}" height="${10 + prng.float() * 120}" fill="${fill}" opacity=".8" transform="rotate(${prng.float() * 14 - 7} 500 500)"/>`
        : `<path d="M${x} ${y}q${prng.float() * 600 - 300} ${prng.float() * 600 - 300} ${prng.float() * 800 - 400} ${prng.float() * 800 - 400}" stroke="${fill}" stroke-width="${20 + prng.float() * 120}" fill="none" stroke-linecap="round" opacity=".85"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}"><rect width="100%" height="100%" fill="hsl(${hue} 30% ${id % 2 ? 88 : 14}%)"/>${shapes.join("")}</svg>`;
  return sharp(Buffer.from(svg))
    .resize({ width: Math.min(width, size.width) })
    .webp({ quality: 80, effort: 1 })
    .toBuffer();
}

type Render = (
  request: Record<string, unknown>,
) => Promise<{ status: number; html: string; headers: Record<string, string> }>;
const { render } = (await import(join(DIST, "server/render.js"))) as { render: Render };
const pictures = new Map<string, Promise<Buffer>>();

const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://localhost");
  const reply = async () => {
    if (url.pathname === "/config.json")
      return response.setHeader("content-type", "application/json").end(JSON.stringify(config));
    const preview = /^\/v1\/works\/(\d+)\/preview$/.exec(url.pathname);
    if (preview) {
      const width = Number(url.searchParams.get("w") ?? 640);
      const key = `${preview[1]} ${width}`;
      if (!pictures.has(key)) pictures.set(key, picture(Number(preview[1]), width));
      return response.setHeader("content-type", "image/webp").end(await pictures.get(key));
    }
    if (url.pathname.startsWith("/v1/")) {
      try {
        return response
          .setHeader("content-type", "application/json")
          .end(JSON.stringify(answer(`${url.pathname}${url.search}`)));
      } catch (error) {
        if (!(error instanceof ColophonError)) throw error;
        response.writeHead(error.status, { "content-type": "application/problem+json" });
        return response.end(
          JSON.stringify({
            type: "about:blank",
            title: error.code,
            status: error.status,
            code: error.code,
            detail: error.message,
          }),
        );
      }
    }
    if (/\.\w+$/.test(url.pathname)) {
      const file = await readFile(join(DIST, "client", url.pathname)).catch(() => null);
      if (!file) return response.writeHead(404).end();
      return response.setHeader("content-type", TYPES[extname(url.pathname)] ?? "application/octet-stream").end(file);
    }
    const page = await render({
      url: `${url.pathname}${url.search}`,
      config,
      loadJson: async (path: string) => answer(path),
      acceptLanguage: request.headers["accept-language"],
      cookies: request.headers.cookie,
      now: NOW,
    });
    return response.writeHead(page.status, { ...page.headers, "content-security-policy": POLICY }).end(page.html);
  };
  reply().catch((error: unknown) => {
    console.error(error);
    response.writeHead(500).end(String(error));
  });
});
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => {
  const address = server.address();
  console.log(`http://localhost:${typeof address === "object" && address ? address.port : ""}`);
});
