/**
 * `npm run -s bench:store -- [--mib N] [--rounds N] [--json]`: adding, reading back with every block checked, and reading over
 * loopback HTTP with every block checked, against SHA-256 of the same bytes in the same run. Rounds alternate; medians are told.
 *
 * - `add`: `ContentStore.add`, as the command, the gateway and the publisher call it, of content that the store does not have, in
 *   pieces of 1 MiB from memory; from the call to the acknowledgement: SHA-256 of the whole, CIDs, the pack, its sync and its name.
 * - `addFile`: the same from a file that the system has in memory, read as `store add FILE` reads it.
 * - `cat`: `ContentStore.cat` of what was just added. The system has it in memory, so that the store is measured and not the disk.
 * - `http`: `Retriever.read` from the gateway, both in this process.
 */
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import express from "express";
import { createGateway, openContentStore, Retriever } from "../../storage/index.ts";

const MIB = 1024 * 1024;
const { values } = parseArgs({
  options: {
    mib: { type: "string", default: "256" },
    rounds: { type: "string", default: "7" },
    json: { type: "boolean", default: false },
  },
});
const mib = Number(values.mib);
const rounds = Number(values.rounds);

const dir = await mkdtemp(path.join(tmpdir(), "colophon-bench-store-"));
const store = await openContentStore(dir);
const server = createServer(express().use(createGateway(store, { token: "" }))).listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as { port: number };
const retriever = new Retriever({ gateways: [`http://127.0.0.1:${port}`] });
const bytes = randomBytes(mib * MIB);

const file = path.join(dir, "file");
await writeFile(file, bytes, { flush: true });

const rows: Record<"sha256" | "add" | "addFile" | "cat" | "http" | "rangeMs", number[]> = {
  sha256: [],
  add: [],
  addFile: [],
  cat: [],
  http: [],
  rangeMs: [],
};

/** MiB per second of one run. */
async function speed(run: () => Promise<void> | void): Promise<number> {
  const started = performance.now();
  await run();
  return (mib / (performance.now() - started)) * 1000;
}

async function count(parts: AsyncIterable<Uint8Array>, expected: number): Promise<void> {
  let length = 0;
  for await (const part of parts) length += part.length;
  if (length !== expected) throw new Error(`${length} bytes came, not ${expected}`);
}

async function* pieces() {
  for (let at = 0; at < bytes.length; at += MIB) yield bytes.subarray(at, at + MIB);
}

try {
  // The first round warms code and caches up, and is not counted.
  for (let round = 0; round <= rounds; round++) {
    // Each round's bytes are new, so that nothing is stored already.
    bytes.writeUInt32LE(round, 0);
    let cid = "";
    const measured = {
      sha256: await speed(() => void createHash("sha256").update(bytes).digest()),
      add: await speed(async () => {
        ({ cid } = await store.add(pieces(), { maxBytes: bytes.length }));
      }),
      cat: await speed(() => count(store.cat(cid), bytes.length)),
      http: await speed(() => count(retriever.read(cid, { maxBytes: bytes.length }), bytes.length)),
      rangeMs: await timeRange(cid),
      addFile: 0,
    };
    await store.release(cid);
    await store.gc();
    measured.addFile = await speed(async () => {
      ({ cid } = await store.add(createReadStream(file, { highWaterMark: MIB }), { maxBytes: bytes.length }));
    });
    await store.release(cid);
    await store.gc();
    if (round === 0) continue;
    for (const [name, value] of Object.entries(measured)) rows[name as keyof typeof rows].push(value);
  }
} finally {
  server.closeAllConnections();
  server.close();
  await rm(dir, { recursive: true, force: true });
}

/** One MiB that straddles two blocks, from the middle of the file, ms. */
async function timeRange(cid: string): Promise<number> {
  const started = performance.now();
  await count(store.cat(cid, { offset: bytes.length / 2 + MIB / 2, length: MIB }), MIB);
  return performance.now() - started;
}

const median = (list: number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
const ratios = (name: "add" | "addFile" | "cat" | "http") =>
  median(rows[name].map((value, i) => value / (rows.sha256[i] as number)));
const round = (value: number, digits = 0) => Number(value.toFixed(digits));
const report = {
  mib,
  rounds,
  sha256MiBps: round(median(rows.sha256)),
  addMiBps: round(median(rows.add)),
  addFileMiBps: round(median(rows.addFile)),
  catMiBps: round(median(rows.cat)),
  httpMiBps: round(median(rows.http)),
  range1MiBMs: round(median(rows.rangeMs), 2),
  ratio: {
    add: round(ratios("add"), 3),
    addFile: round(ratios("addFile"), 3),
    cat: round(ratios("cat"), 3),
    http: round(ratios("http"), 3),
  },
};
if (values.json) console.log(JSON.stringify(report));
else {
  console.log(`SHA-256 ${report.sha256MiBps} MiB/s (${mib} MiB, median of ${rounds} rounds)`);
  for (const name of ["add", "addFile", "cat", "http"] as const) {
    const label = {
      add: "added and synced",
      addFile: "the same from a file",
      cat: "read and checked",
      http: "read over HTTP and checked",
    }[name];
    console.log(`${label}: ${report[`${name}MiBps`]} MiB/s, ${round(100 * report.ratio[name])} % of SHA-256`);
  }
  console.log(`1 MiB from the middle: ${report.range1MiBMs} ms`);
}
