// Exact search over a column of random codes: time of one query, of a batch, of inserts and of a load from disk.
// usage: npm run -s bench:search -- [--codes 10000000] [--bits 64|256] [--json]
// JSON: {codes, bits, ms, codesPerSecond, recall, nativeRatio, batchMsPerQuery, topKMs, insertsPerSecond, loadMs, nativeMs}
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { Prng } from "../../common/prng.ts";
import { CodeColumn } from "../../fingerprint/search/code-column.ts";
import { loadCodes, saveCodes } from "../../fingerprint/search/code-file.ts";

const { values } = parseArgs({
  options: {
    codes: { type: "string", default: "10000000" },
    bits: { type: "string", default: "64" },
    json: { type: "boolean", default: false },
  },
});
const codes = Number(values.codes);
if (!(Number.isInteger(codes) && codes >= 1000 && codes <= 100_000_000))
  throw new Error("--codes is 1000 to 100000000");
if (values.bits !== "64" && values.bits !== "256") throw new Error("--bits is 64 or 256");
const bits = values.bits === "64" ? 64 : 256;

/** Radii at which near-duplicates are looked for; what is planted lies at every distance up to there. */
const RADIUS = bits === 64 ? 12 : 48;
/** Fastest of so many runs: other processes only ever add time. */
const RUNS = 9;
const QUERIES = 32;
const CODE_BYTES = bits / 8;

const prng = new Prng("bench:search");
const words = new Uint32Array((codes * bits) / 32);
for (let i = 0; i < words.length; i++) words[i] = prng.uint32();
const data = new Uint8Array(words.buffer);
const queries = new Uint8Array(QUERIES * CODE_BYTES);
for (let q = 0; q < QUERIES; q++) {
  const query = queries.subarray(q * CODE_BYTES, (q + 1) * CODE_BYTES);
  for (let i = 0; i < CODE_BYTES; i++) query[i] = prng.below(256);
  for (let distance = 0; distance <= RADIUS; distance++) {
    const planted = new Uint8Array(query);
    const places = prng.shuffle(Array.from({ length: bits }, (_, i) => i)).slice(0, distance);
    for (const place of places) planted[place >> 3]! ^= 1 << (place & 7);
    data.set(planted, prng.below(codes) * CODE_BYTES);
  }
}

// Inserts as an indexer makes them, one code a call.
const column = new CodeColumn(bits);
const insertMs = time(() => {
  for (let at = 0; at < data.length; at += CODE_BYTES) column.append(data.subarray(at, at + CODE_BYTES));
});
const one = queries.subarray(0, CODE_BYTES);
const ms = best(() => column.within(one, RADIUS));
const batchMs = best(() => column.within(queries, RADIUS));
const topKMs = best(() => column.nearest(one, 10));

const folder = mkdtempSync(path.join(tmpdir(), "colophon-codes-"));
try {
  const file = path.join(folder, "codes");
  saveCodes(file, column);
  const loadMs = best(() => loadCodes(file, bits), 3);
  const loaded = loadCodes(file, bits);
  const result = {
    codes,
    bits,
    ms: round(ms),
    codesPerSecond: Math.round((codes / ms) * 1000),
    recall: recall(loaded),
    ...native(folder, ms),
    batchMsPerQuery: round(batchMs / QUERIES),
    topKMs: round(topKMs),
    insertsPerSecond: Math.round((codes / insertMs) * 1000),
    loadMs: round(loadMs),
    radius: RADIUS,
    cores: availableParallelism(),
  };
  if (values.json) console.log(JSON.stringify(result));
  else
    console.log(
      Object.entries(result)
        .map(([name, value]) => `${name} ${value}`)
        .join("\n"),
    );
} finally {
  rmSync(folder, { recursive: true });
}

/** Share of what a plain comparison finds that the search finds too, over all queries; 0 if it finds anything else. */
function recall(searched: CodeColumn): number {
  let expected = 0;
  let found = 0;
  const all = searched.within(queries, RADIUS);
  const queryWords = new Uint32Array(queries.buffer);
  const length = bits / 32;
  for (let q = 0; q < 4; q++) {
    const hits = new Map(all[q]!.map(({ row, distance }) => [row, distance]));
    let plain = 0;
    for (let row = 0; row < codes; row++) {
      let distance = 0;
      for (let w = 0; w < length && distance <= RADIUS; w++) {
        for (let x = words[row * length + w]! ^ queryWords[q * length + w]!; x !== 0; x &= x - 1) distance++;
      }
      if (distance > RADIUS) continue;
      plain++;
      if (hits.get(row) === distance) found++;
    }
    if (hits.size !== plain) return 0;
    expected += plain;
  }
  return found / expected;
}

/** The same loop in C over as many random codes, where there is a compiler. */
function native(folder: string, wasmMs: number): { nativeRatio: number | null; nativeMs: number | null } {
  const source = `#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#define WORDS ${bits / 64}
int main(void) {
  const size_t n = ${codes};
  uint64_t *codes = malloc(n * WORDS * 8), state = 1, query[WORDS];
  uint32_t *hits = malloc(n * 4);
  for (size_t i = 0; i < n * WORDS; i++) { state ^= state << 13; state ^= state >> 7; state ^= state << 17; codes[i] = state; }
  for (int w = 0; w < WORDS; w++) query[w] = codes[w];
  double best = 1e9;
  size_t found = 0;
  for (int run = 0; run < ${RUNS}; run++) {
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    found = 0;
    for (size_t i = 0; i < n; i++) {
      int distance = 0;
      for (int w = 0; w < WORDS; w++) distance += __builtin_popcountll(codes[i * WORDS + w] ^ query[w]);
      if (distance <= ${RADIUS}) hits[found++] = (uint32_t)i;
    }
    clock_gettime(CLOCK_MONOTONIC, &b);
    double ms = (b.tv_sec - a.tv_sec) * 1e3 + (b.tv_nsec - a.tv_nsec) / 1e6;
    if (ms < best) best = ms;
  }
  printf("%.3f %zu\\n", best, found);
}
`;
  writeFileSync(path.join(folder, "scan.c"), source);
  const binary = path.join(folder, "scan");
  const built = spawnSync("cc", ["-O3", "-march=native", "-o", binary, path.join(folder, "scan.c")], {
    encoding: "utf8",
  });
  if (built.status !== 0) return { nativeRatio: null, nativeMs: null };
  const ran = spawnSync(binary, { encoding: "utf8" });
  const nativeMs = Number.parseFloat(ran.stdout);
  return Number.isFinite(nativeMs) && ran.status === 0
    ? { nativeRatio: round(wasmMs / nativeMs), nativeMs: round(nativeMs) }
    : { nativeRatio: null, nativeMs: null };
}

function time(work: () => unknown): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}

function best(work: () => unknown, runs = RUNS): number {
  let least = Infinity;
  for (let i = 0; i < runs; i++) least = Math.min(least, time(work));
  return least;
}

function round(x: number): number {
  return Math.round(x * 100) / 100;
}
