/**
 * The content store from a terminal.
 *
 *     npm run -s store -- add FILE... [--json]
 *     npm run -s store -- cat CID > FILE
 *     npm run -s store -- verify CID|FILE... [--json]
 *
 * Works on the folder of the running stack (`DATA_DIR`, default `.run/store`), or with `--url URL` on a store or gateway
 * (adding needs `STORE_TOKEN`). `verify CID` reads everything behind a CID and checks each block; `verify FILE` tells the CID of a
 * file and whether the store has it.
 */
import { createReadStream, existsSync } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { importByteStream } from "ipfs-unixfs-importer";
import type { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";
import { LIMITS } from "../common/limits.ts";
import { parseCid } from "./cid.ts";
import { StoreClient } from "./client.ts";
import { type ContentStore, openContentStore } from "./content-store.ts";
import { importerOptions } from "./profile.ts";

const USAGE = "store add FILE... | cat CID | verify CID|FILE... [--json] [--url URL]";

type Row = Record<string, string | number | boolean | null>;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean", default: false }, url: { type: "string" } },
});
const [command, ...targets] = positionals;

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ColophonError)) throw error;
  if (values.json) console.log(JSON.stringify({ error }));
  else console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}

/** @returns the exit code */
async function main(): Promise<number> {
  if (targets.length === 0 || (command === "cat" && targets.length !== 1)) {
    throw new ColophonError("USAGE", USAGE);
  }
  switch (command) {
    case "add":
      return print(await each(add));
    case "verify":
      return print(await each(verify));
    case "cat":
      await pipeline(read(String(targets[0])), process.stdout);
      return 0;
    default:
      throw new ColophonError("USAGE", USAGE);
  }
}

async function each(run: (target: string) => Promise<Row>): Promise<Row[]> {
  const rows: Row[] = [];
  for (const target of targets) rows.push(await run(target));
  return rows;
}

async function add(file: string): Promise<Row> {
  const added = values.url
    ? await client(values.url).add(await bytesOf(file))
    : await (await store()).add(fileStream(file));
  return { file, ...added };
}

async function verify(target: string): Promise<Row> {
  if (existsSync(target)) {
    const { cid } = await importByteStream(fileStream(target), { put: async (at: CID) => at }, importerOptions());
    const stored = values.url
      ? await client(values.url).has(cid.toString())
      : await (await store()).has(cid.toString());
    return { ok: stored, file: target, cid: cid.toString(), stored };
  }
  const cid = parseCid(target).toString();
  let bytes = 0;
  try {
    for await (const part of read(cid)) bytes += part.length;
  } catch (error) {
    if (!(error instanceof ColophonError)) throw error;
    return { ok: false, cid, bytes, code: error.code };
  }
  return { ok: true, cid, bytes, code: null };
}

async function* read(cid: string): AsyncGenerator<Uint8Array> {
  if (values.url) yield await client(values.url).get(cid, { maxBytes: LIMITS.uploadBytes });
  else yield* (await store()).cat(cid);
}

function print(rows: Row[]): number {
  for (const row of rows) {
    console.log(
      values.json
        ? JSON.stringify(row)
        : Object.entries(row)
            .map(([k, v]) => `${k} ${String(v)}`)
            .join("  "),
    );
  }
  return rows.every((row) => row.ok !== false) ? 0 : 1;
}

function fileStream(file: string): AsyncIterable<Uint8Array> {
  if (!existsSync(file)) throw new ColophonError("FILE_NOT_FOUND", `There is no file ${file}.`);
  return createReadStream(file, { highWaterMark: 1024 * 1024 });
}

async function bytesOf(file: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of fileStream(file)) parts.push(part);
  return Buffer.concat(parts);
}

function store(): Promise<ContentStore> {
  return openContentStore(path.resolve(process.env.DATA_DIR ?? path.join(import.meta.dirname, "../.run/store")));
}

function client(url: string): StoreClient {
  return new StoreClient({ url, token: process.env.STORE_TOKEN });
}
