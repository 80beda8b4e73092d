/**
 * `npm run -s bench:fingerprint [-- --json] [--stream-mib N]`: speed of the fingerprint library on one thread, all in one
 * run. Rates are the best of several rounds; ratios compare rounds of the same run.
 */
import { createHash } from "node:crypto";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { blake3 as nobleBlake3 } from "@noble/hashes/blake3.js";
import { Prng } from "../../common/prng.ts";
import { fingerprintPath } from "../../fingerprint/fingerprint-path.ts";
import { grayThumbnails } from "../../fingerprint/image/gray-thumbnail.ts";
import { dataHash } from "../../fingerprint/iscc/data-unit.ts";
import { imageHash } from "../../fingerprint/iscc/image-unit.ts";
import { InstanceHasher, instanceUnit } from "../../fingerprint/iscc/instance-unit.ts";
import { textHash } from "../../fingerprint/iscc/text-unit.ts";
import { blake3Kernel } from "../../fingerprint/kernels/blake3.ts";
import "../../fingerprint/node.ts";

const MIB = 1024 * 1024;
const SIDE = 512;

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, "stream-mib": { type: "string", default: "1024" } },
});

/** Bytes without structure. */
function noise(length: number): Uint8Array {
  const prng = new Prng("bench");
  return new Uint8Array(Uint32Array.from({ length: length / 4 }, () => prng.uint32()).buffer);
}

/** Shortest time of `rounds` runs, in seconds. */
function seconds(rounds: number, run: () => void): number {
  let best = Infinity;
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best / 1000;
}

/** BLAKE3 with nothing around it: the kernel over bytes that already lie in its window. */
function rawBlake3(windows: number): void {
  const kernel = blake3Kernel();
  kernel.reset();
  for (let i = 0; i < windows; i++) kernel.absorb();
  kernel.finish(1);
}

/** A text of made-up words and sentences. */
function prose(characters: number): string {
  const prng = new Prng("prose");
  let text = "";
  while (text.length < characters) {
    text += String.fromCharCode(...Array.from({ length: 2 + prng.below(9) }, () => 97 + prng.below(26)));
    text += prng.below(12) === 0 ? ". " : " ";
  }
  return text;
}

/** A picture with edges and gradients. */
function pixels(): Uint8ClampedArray<ArrayBuffer> {
  const data = new Uint8ClampedArray(SIDE * SIDE * 4);
  for (let y = 0, i = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++, i += 4) {
      const disk = (x - 200) ** 2 + (y - 260) ** 2 < 12_000 ? 90 : 0;
      data.set([(x + y) / 4 + disk, (x * y) >> 10, 255 - (x >> 1), 255], i);
    }
  }
  return data;
}

/** Fingerprints a file of `mib` MiB on disk: time, and the most heap and buffer memory while it runs. */
async function stream(mib: number) {
  const folder = await mkdtemp(path.join(tmpdir(), "colophon-bench-"));
  try {
    const file = path.join(folder, "large.clph");
    const handle = await open(file, "w");
    const block = noise(4 * MIB);
    block.set(new TextEncoder().encode("CLPHMDL1"));
    for (let written = 0; written < mib; written += 4) await handle.write(block);
    await handle.close();
    const peak = { heap: 0, buffers: 0 };
    const timer = setInterval(() => {
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      peak.heap = Math.max(peak.heap, heapUsed);
      peak.buffers = Math.max(peak.buffers, arrayBuffers);
    }, 20);
    const before = process.memoryUsage();
    const start = performance.now();
    await fingerprintPath(file);
    const elapsed = (performance.now() - start) / 1000;
    clearInterval(timer);
    return {
      bytes: mib * MIB,
      seconds: round(elapsed),
      mibPerSecond: round(mib / elapsed),
      peakHeapMb: round(peak.heap / 1e6),
      heapBeforeMb: round(before.heapUsed / 1e6),
      peakBuffersMb: round(peak.buffers / 1e6),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

// The stream first: the heap then holds nothing of the other rounds.
const streamed = await stream(Number(values["stream-mib"]));
const bytes = noise(64 * MIB);
const text = prose(1_000_000);
const picture = pixels();
const raw = seconds(7, () => rawBlake3(1024));
const instance = seconds(7, () => instanceUnit(bytes));
const instanceStream = seconds(5, () => {
  const hasher = new InstanceHasher();
  for (let at = 0; at < bytes.length; at += 100_000) hasher.update(bytes.subarray(at, at + 100_000));
  hasher.digest();
});
const noble = seconds(2, () => nobleBlake3(bytes.subarray(0, 16 * MIB)));
const sha256 = seconds(3, () => createHash("sha256").update(bytes).digest());
const data = seconds(5, () => dataHash(bytes));
const textSeconds = seconds(5, () => textHash(text));
const image = seconds(30, () => imageHash(grayThumbnails({ width: SIDE, height: SIDE, data: picture }).standard));

const report = {
  node: process.version,
  dataMibPerSecond: round(64 / data),
  instanceMibPerSecond: round(64 / instance),
  instanceStreamMibPerSecond: round(64 / instanceStream),
  rawBlake3MibPerSecond: round(64 / raw),
  instanceRatio: round(raw / instance),
  dataRatio: round(raw / data),
  nobleBlake3MibPerSecond: round(16 / noble),
  sha256MibPerSecond: round(64 / sha256),
  textMcharPerSecond: round(text.length / 1e6 / textSeconds),
  imageMs: round(image * 1000),
  stream: streamed,
};
if (values.json) console.log(JSON.stringify(report));
else for (const [name, value] of Object.entries(report)) console.log(name.padEnd(28), JSON.stringify(value));
