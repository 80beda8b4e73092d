/** One thread of the evaluation: makes features of files, then looks them up in an index of all. */
import { createHash } from "node:crypto";
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { Prng } from "../../../common/prng.ts";
import { decodeFeatures, encodeFeatures } from "../../../fingerprint/match/match-features.ts";
import type { FeatureMatch } from "../../../fingerprint/match/feature-match.ts";
import { MatchIndex } from "../../../fingerprint/match/match-index.ts";
import { MEDIA, type MediumName } from "./media.ts";

/** What a thread is told once. */
export type WorkerSetup = { medium: MediumName; folder: string; seed: string };

/** A file's features and the SHA-256 of what it decodes to, or why it cannot be read. */
export type FileFeatures =
  | { name: string; content: string; features: Uint8Array; edits: Record<string, Uint8Array> }
  | { name: string; unreadable: string };

export type LookUp = { name: string; features: Uint8Array; leaveOut: string | null };

export type Found = { matches: FeatureMatch[]; compared: string[] };

export type Task =
  | { kind: "features"; name: string; edited: boolean }
  | { kind: "index"; entries: [string, Uint8Array][] }
  | { kind: "look-up"; query: LookUp };

const { medium: mediumName, folder, seed } = workerData as WorkerSetup;
const medium = MEDIA[mediumName];
const index = new MatchIndex();

const port = parentPort;
if (!port) throw new Error("runs only as a worker thread");
port.on("message", async (task: Task) => {
  port.postMessage(await answer(task).then((result) => ({ result }), failure));
});

function failure(error: unknown): { error: string } {
  return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

async function answer(task: Task): Promise<FileFeatures | Found | string[]> {
  if (task.kind === "features") return featuresOf(task.name, task.edited);
  if (task.kind === "index") {
    return task.entries.flatMap(([name, bytes]) => (index.add(name, decodeFeatures(bytes)) === null ? [name] : []));
  }
  const { features, leaveOut } = task.query;
  const { matches, candidates } = index.query(decodeFeatures(features), leaveOut ?? undefined);
  return { matches, compared: candidates };
}

async function featuresOf(name: string, edited: boolean): Promise<FileFeatures> {
  const file = path.join(folder, name);
  let opened;
  try {
    opened = await medium.open(file);
  } catch (error) {
    return { name, unreadable: error instanceof Error ? error.message : String(error) };
  }
  const edits: Record<string, Uint8Array> = {};
  for (const edit of edited ? Object.keys(medium.edits) : []) {
    edits[edit] = encodeFeatures(await opened.edited(edit, new Prng(`${seed}/${name}/${edit}`)));
  }
  const content = createHash("sha256").update(opened.content).digest("hex");
  return { name, content, features: encodeFeatures(opened.features), edits };
}
