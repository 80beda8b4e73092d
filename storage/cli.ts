/**
 * The content store from a terminal.
 *
 *     npm run -s store -- add FILE|FOLDER...          stores files, or folders as one work each
 *     npm run -s store -- cat CID > FILE
 *     npm run -s store -- export CID > FILE.car        everything behind a CID, as a CAR
 *     npm run -s store -- import FILE.car...
 *     npm run -s store -- verify CID|FILE...           reads everything behind a CID and checks each block; of a FILE: its CID, and whether it is stored
 *     npm run -s store -- pins [keep|release CID...]   what is kept; `release` lets the next collection remove a work
 *     npm run -s store -- gc [--dry-run] [--older-than HOURS]
 *
 * All take `--json` (a line per row). Works on the folder of the running stack (`DATA_DIR`, default `.run/store`); `add`, `cat` and `verify`
 * also with `--url URL` on a store or gateway (adding needs `STORE_TOKEN`).
 */
import { createReadStream, existsSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { importByteStream } from "ipfs-unixfs-importer";
import type { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";
import { LIMITS } from "../common/limits.ts";
import { parseCid } from "./cid.ts";
import { StoreClient } from "./client.ts";
import { type ContentStore, type FolderEntry, openContentStore } from "./content-store.ts";
import { importerOptions } from "./profile.ts";
import { walkDag } from "./walk-dag.ts";

const USAGE =
  "store add FILE|FOLDER... | cat CID | export CID | import FILE.car... | verify CID|FILE... | pins [keep|release CID...] | gc [--dry-run] [--older-than HOURS]   [--json] [--url URL]";

type Row = Record<string, string | number | boolean | null>;

const OPTIONS = {
  json: { type: "boolean", default: false },
  url: { type: "string" },
  "dry-run": { type: "boolean", default: false },
  "older-than": { type: "string", default: "0" },
} as const;

const json = process.argv.includes("--json");
let opened: Promise<ContentStore> | undefined;
try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ColophonError)) throw error;
  if (json) console.log(JSON.stringify({ error }));
  else console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: OPTIONS });
  } catch (cause) {
    throw new ColophonError("USAGE", `${(cause as Error).message} Usage: ${USAGE}`, { cause });
  }
}

/** @returns the exit code */
async function main(): Promise<number> {
  const { values, positionals } = readArguments();
  const [command, ...targets] = positionals;
  const { url } = values;
  const local = !["add", "cat", "verify"].includes(command ?? "");
  const count = {
    add: [1, 999],
    cat: [1, 1],
    export: [1, 1],
    import: [1, 999],
    verify: [1, 999],
    pins: [0, 999],
    gc: [0, 0],
  };
  const [least, most] = Object.hasOwn(count, command ?? "") ? count[command as keyof typeof count] : [1, 0];
  if (targets.length < (least ?? 1) || targets.length > (most ?? 0) || (local && url !== undefined)) {
    throw new ColophonError("USAGE", USAGE);
  }
  const [first = "", ...others] = targets;
  switch (command) {
    case "add":
      return print(await each(targets, (target) => add(target, url)));
    case "verify":
      return print(await each(targets, (target) => verify(target, url)));
    case "cat":
      await pipeline(read(first, url), process.stdout);
      return 0;
    case "export":
      await pipeline((await store()).exportCar(first), process.stdout);
      return 0;
    case "import":
      return print(await each(targets, importFile));
    case "pins":
      return print(targets.length === 0 ? await listPins() : await changePins(first, others));
    default: {
      const hours = Number(values["older-than"]);
      if (!(hours >= 0)) throw new ColophonError("USAGE", "--older-than takes hours.");
      const { removed, ...rest } = await (await store()).gc({ dryRun: values["dry-run"], graceMs: hours * 3_600_000 });
      return print([...removed.map((cid) => ({ removed: !rest.dryRun, cid })), rest]);
    }
  }
}

async function each(targets: readonly string[], run: (target: string) => Promise<Row>): Promise<Row[]> {
  const rows: Row[] = [];
  for (const target of targets) rows.push(await run(target));
  return rows;
}

async function add(target: string, url: string | undefined): Promise<Row> {
  if (existsSync(target) && statSync(target).isDirectory()) {
    if (url) throw new ColophonError("USAGE", "A folder is added on the machine of the store, without --url.");
    return { folder: target, ...(await (await store()).addFolder(await filesOf(target))) };
  }
  const added = url ? await client(url).add(await bytesOf(target)) : await (await store()).add(fileStream(target));
  return { file: target, ...added };
}

/** Files under a folder, by name; links are not followed. */
async function filesOf(folder: string): Promise<FolderEntry[]> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  return paths
    .sort()
    .map((name) => ({ path: name.split(path.sep).join("/"), content: fileStream(path.join(folder, name)) }));
}

async function importFile(file: string): Promise<Row> {
  return { file, ...(await (await store()).importCar(fileStream(file))) };
}

async function listPins(): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const { cid, bytes, releasedAt } of (await store()).pins()) {
    rows.push({ cid, bytes, kept: releasedAt === null });
  }
  return rows;
}

async function changePins(action: string, cids: readonly string[]): Promise<Row[]> {
  if ((action !== "keep" && action !== "release") || cids.length === 0) throw new ColophonError("USAGE", USAGE);
  const target = await store();
  return each(cids, async (cid) => {
    await (action === "keep" ? target.pin(cid) : target.release(cid));
    return { cid, kept: action === "keep" };
  });
}

async function verify(target: string, url: string | undefined): Promise<Row> {
  if (existsSync(target)) {
    const { cid } = await importByteStream(fileStream(target), { put: async (at: CID) => at }, importerOptions());
    const stored = url ? await client(url).has(cid.toString()) : await (await store()).has(cid.toString());
    return { ok: stored, file: target, cid: cid.toString(), stored };
  }
  const cid = parseCid(target);
  let bytes = 0;
  try {
    if (url) for await (const part of read(cid.toString(), url)) bytes += part.length;
    else bytes = await verifyStored(cid);
  } catch (error) {
    if (!(error instanceof ColophonError)) throw error;
    return { ok: false, cid: cid.toString(), bytes, code: error.code };
  }
  return { ok: true, cid: cid.toString(), bytes, code: null };
}

/** @returns bytes of a file, or of all blocks of a folder */
async function verifyStored(cid: CID): Promise<number> {
  const { blocks } = await store();
  let bytes = 0;
  for await (const { block } of walkDag(cid, (at) => blocks.get(at))) bytes += block.length;
  try {
    return (await (await store()).stat(cid.toString())).bytes;
  } catch (error) {
    if (error instanceof ColophonError && error.code === "NOT_A_FILE") return bytes;
    throw error;
  }
}

async function* read(cid: string, url: string | undefined): AsyncGenerator<Uint8Array> {
  if (url) yield await client(url).get(cid, { maxBytes: LIMITS.uploadBytes });
  else yield* (await store()).cat(cid);
}

function print(rows: Row[]): number {
  for (const row of rows) {
    const text = Object.entries(row).map(([key, value]) => `${key} ${String(value)}`);
    console.log(json ? JSON.stringify(row) : text.join("  "));
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
  opened ??= openContentStore(path.resolve(process.env.DATA_DIR ?? path.join(import.meta.dirname, "../.run/store")));
  return opened;
}

function client(url: string): StoreClient {
  return new StoreClient({ url, token: process.env.STORE_TOKEN });
}
