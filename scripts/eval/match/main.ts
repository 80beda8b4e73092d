// How well copies are found and different works told apart, on a folder of files.
// usage: npm run -s eval:match -- (--images | --audio | --text) DIR [--seed N] [--sample N] [--same FILE] [--part all|calibration|report] [--json]
// JSON: {images|audio|text, gated, gatedNames, unreadable, identical, pairs, thresholds, edits, falsePairs:{compared, candidate,
//   verified, verifiedUnregistered}, upperBound95, pairsFound:[{a,b,verdict}], recall:{edit:{candidate, verified}}, f1, falseOfEdits}
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { Prng } from "../../../common/prng.ts";
import { filesBelow } from "../files-below.ts";
import { MEDIA, type MediumName } from "./media.ts";
import { type EditLookUp, falsePairsOf, isSure, pairOf, recallOf, THRESHOLDS_OF, upperBound95 } from "./report.ts";
import { WorkerPool } from "./worker-pool.ts";
import type { FileFeatures, Found, Task } from "./worker.ts";

const USAGE =
  "usage: npm run -s eval:match -- (--images | --audio | --text) DIR [--seed N] [--sample N] [--same FILE] [--part all|calibration|report] [--json]";

const { medium, folder, seed, sample, same: sameFile, part, json } = readArguments();
const started = Date.now();
const names = await filesOf(folder, medium);
if (names.length < 2) refuse("FILE_NOT_FOUND", `${folder} holds fewer than two files of ${medium}.`);
const prng = new Prng(`eval:match/${seed}`);
const sampled = new Set(prng.shuffle(names).slice(0, sample));
const pool = new WorkerPool({ medium, folder, seed });
try {
  const read = await pool.run<FileFeatures>(
    names.map((name): Task => ({ kind: "features", name, edited: sampled.has(name) })),
    progress("files read", names.length),
  );
  const readable = read.filter((file) => "features" in file);
  const first = new Map<string, string>();
  const same = await knownSame();
  // Files that decode alike are one work: the index holds them once, under the first name.
  for (const { name, content } of readable) if (!first.has(content)) first.set(content, name);
  const works = readable.filter(({ name, content }) => first.get(content) === name);
  const entries = works.map(({ name, features }): [string, Uint8Array] => [name, features]);
  const [kept] = await pool.runOnEach<string[]>({ kind: "index", entries });
  const searchable = new Set(kept);

  const originals = works.filter(({ name }) => searchable.has(name));
  const asNew = await pool.run<Found>(
    originals.map(({ name, features }): Task => ({ kind: "look-up", query: { name, features, leaveOut: name } })),
    progress("works looked up as if new", originals.length),
  );
  // A work that is registered is one more rival: it takes matches away, and brings none.
  const matched = originals.filter((_, i) => asNew[i]!.matches.some(isSure));
  const again = await pool.run<Found>(
    matched.map(({ name, features }): Task => ({ kind: "look-up", query: { name, features, leaveOut: null } })),
    progress("works looked up as registered", matched.length),
  );
  const registered = new Map(matched.map(({ name }, i) => [name, again[i]!]));
  const copies = readable.flatMap(({ content, edits }) =>
    Object.entries(edits).map(([edit, features]) => ({ name: first.get(content)!, edit, features })),
  );
  const lookedUp = await pool.run<Found>(
    copies.map(({ name, features }): Task => ({ kind: "look-up", query: { name, features, leaveOut: null } })),
    progress("copies looked up", copies.length),
  );
  const edits = copies.map(({ name, edit }, i): EditLookUp => ({ name, edit, found: lookedUp[i]! }));
  const pairs = (works.length * (works.length - 1)) / 2;
  const gatedNames = works.filter(({ name }) => !searchable.has(name)).map(({ name }) => name);
  const figures = falsePairsOf(
    originals.map(({ name }, i) => ({ name, asNew: asNew[i]!, registered: registered.get(name) ?? asNew[i]! })),
    same,
  );
  const result = {
    [medium]: works.length,
    gated: gatedNames.length,
    unreadable: read.filter((file) => "unreadable" in file),
    identical: readable.length - works.length,
    pairs,
    seed,
    sample: readable.filter(({ name }) => sampled.has(name)).length,
    part,
    thresholds: THRESHOLDS_OF[medium],
    edits: MEDIA[medium].edits,
    ...figures,
    upperBound95: {
      verified: upperBound95(figures.falsePairs.verified, pairs),
      verifiedUnregistered: upperBound95(figures.falsePairs.verifiedUnregistered, pairs),
    },
    ...recallOf(edits, same),
    gatedNames: gatedNames.slice(0, 200),
    seconds: Math.round((Date.now() - started) / 1000),
  };
  if (json) console.log(JSON.stringify(result));
  else print(result);
} finally {
  await pool.close();
}

/** A wrong call ends with one line, a code and what is wrong. */
function refuse(code: "BAD_ARGUMENTS" | "FILE_NOT_FOUND", message: string): never {
  console.error(`${code}: ${message}`);
  process.exit(2);
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    return refuse("BAD_ARGUMENTS", `${(error as Error).message.replaceAll(/\s+/gu, " ")} (${USAGE})`);
  }
}

function readArguments() {
  const { values } = parsed(() =>
    parseArgs({
      options: {
        images: { type: "string" },
        audio: { type: "string" },
        text: { type: "string" },
        seed: { type: "string", default: "1" },
        sample: { type: "string", default: "100" },
        same: { type: "string" },
        part: { type: "string", default: "all" },
        json: { type: "boolean", default: false },
      },
    }),
  );
  const media = (Object.keys(MEDIA) as MediumName[]).filter((name) => values[name] !== undefined);
  const medium = media[0];
  const sample = Number(values.sample);
  const part = values.part;
  if (!medium || media.length > 1 || !(Number.isInteger(sample) && sample >= 0)) refuse("BAD_ARGUMENTS", USAGE);
  if (part !== "all" && part !== "calibration" && part !== "report") refuse("BAD_ARGUMENTS", USAGE);
  return { ...values, medium, folder: path.resolve(values[medium]!), sample, part } as const;
}

/** Files of the medium below the folder, sorted; of one half when a part is asked for: the halves depend on names alone. */
async function filesOf(folder: string, medium: MediumName): Promise<string[]> {
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) refuse("FILE_NOT_FOUND", `There is no folder "${folder}".`);
  return (await filesBelow(folder))
    .filter((name) => MEDIA[medium].endings.includes(path.extname(name).toLowerCase()))
    .filter((name) => part === "all" || (new Prng(`half/${name}`).below(2) === 0) === (part === "calibration"));
}

/** Pairs that the user knows to be the same work: lines of two names, by path in the folder or by file name. */
async function knownSame(): Promise<Set<string>> {
  const pairs = new Set<string>();
  if (!sameFile) return pairs;
  const byBase = Map.groupBy(names, (name) => path.basename(name));
  const resolve = (name: string): string[] => (names.includes(name) ? [name] : (byBase.get(name) ?? []));
  const lines = await readFile(sameFile, "utf8").catch(() =>
    refuse("FILE_NOT_FOUND", `There is no file "${sameFile}".`),
  );
  for (const line of lines.split("\n")) {
    const [a, b] = line.trim().split(/\s+/u);
    if (!a || !b) continue;
    for (const x of resolve(a)) for (const y of resolve(b)) pairs.add(pairOf(x, y));
  }
  return pairs;
}

function progress(what: string, total: number): (done: number) => void {
  let last = Date.now();
  return (done) => {
    if (Date.now() - last < 5000 && done < total) return;
    last = Date.now();
    process.stderr.write(`${done} of ${total} ${what}\n`);
  };
}

function print(result: Record<string, unknown>): void {
  const { recall, falsePairs, pairs, gated, upperBound95: bound, seconds } = result;
  console.log(
    `${String(result[medium])} ${medium}, ${String(gated)} not searchable, ${String(pairs)} pairs, ${String(seconds)} s`,
  );
  console.log(`false pairs ${JSON.stringify(falsePairs)}, 95 % bound on the rate ${JSON.stringify(bound)}`);
  for (const [edit, { candidate, verified }] of Object.entries(
    recall as Record<string, { candidate: number; verified: number }>,
  )) {
    console.log(
      `${edit.padEnd(12)} ${(100 * candidate).toFixed(1).padStart(6)} % candidate ${(100 * verified).toFixed(1).padStart(6)} % verified`,
    );
  }
}
