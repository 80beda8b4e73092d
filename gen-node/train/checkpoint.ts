/**
 * Checkpoints of a training run: everything a later step depends on, so that a resumed run equals an uninterrupted one
 * bit for bit. Layout: JSON header line, then float32 data in header order, then SHA-256 of all before it.
 */
import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { sha256 } from "@noble/hashes/sha2.js";
import { canonicalJson } from "../../common/canonical-json.ts";
import { ColophonError } from "../../common/errors.ts";
import type { Weights } from "../models/model-file.ts";
import type { TrainingState } from "./trainer.ts";

/** What the run was started with; a checkpoint of another run is refused. */
export type RunIdentity = {
  seed: string;
  batch: number;
  averaging: number;
  margin: number;
  pictures: string;
};

type Entry = { group: string; name: string; shape: number[] };

const GROUPS = ["generator", "discriminator", "average", "first", "second"] as const;

function entriesOf(state: TrainingState): (Entry & { data: Float32Array })[] {
  const weights = (["generator", "discriminator", "average"] as const).flatMap((group) =>
    Object.entries(state[group]).map(([name, { shape, data }]) => ({ group, name, shape, data })),
  );
  const moments = (["first", "second"] as const).flatMap((group) =>
    Object.entries(state.moments).map(([name, pair]) => ({
      group,
      name,
      shape: [pair[group].length],
      data: pair[group],
    })),
  );
  return [...weights, ...moments];
}

/** Bytes of a checkpoint. */
export function encodeCheckpoint(run: RunIdentity, state: TrainingState): Uint8Array {
  const entries = entriesOf(state);
  const tensors = entries.map(({ group, name, shape }) => ({ group, name, shape }));
  const header = new TextEncoder().encode(
    `${canonicalJson({ schema: "colophon/checkpoint/1", run, step: state.step, noise: state.noise, tensors })}\n`,
  );
  const floats = entries.reduce((n, { data }) => n + data.length, 0);
  const out = new Uint8Array(header.length + 4 * floats + 32);
  out.set(header);
  const view = new DataView(out.buffer);
  let at = header.length;
  for (const { data } of entries) {
    for (const value of data) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  out.set(sha256(out.subarray(0, at)), at);
  return out;
}

/**
 * State of a checkpoint.
 * @throws ColophonError BAD_CHECKPOINT when it is damaged, OTHER_RUN when it belongs to another run
 */
export function decodeCheckpoint(bytes: Uint8Array, run: RunIdentity): TrainingState {
  const bad = (message: string) => new ColophonError("BAD_CHECKPOINT", message);
  const end = bytes.length - 32;
  const line = bytes.indexOf(10);
  if (end < 0 || line < 0 || line >= end) throw bad("The checkpoint is cut off.");
  if (!Buffer.from(sha256(bytes.subarray(0, end))).equals(bytes.subarray(end))) throw bad("The checkpoint is damaged.");
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(0, line))) as {
    run: RunIdentity;
    step: number;
    noise: number;
    tensors: Entry[];
  };
  if (canonicalJson(header.run) !== canonicalJson(run)) {
    throw new ColophonError("OTHER_RUN", "The checkpoint belongs to another run: other pictures, seed or batch.", {
      data: { checkpoint: header.run, asked: run },
    });
  }
  const groups = Object.fromEntries(GROUPS.map((group) => [group, {}])) as Record<(typeof GROUPS)[number], Weights>;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = line + 1;
  for (const { group, name, shape } of header.tensors) {
    const data = new Float32Array(shape.reduce((n, side) => n * side, 1));
    for (let i = 0; i < data.length; i++, at += 4) data[i] = view.getFloat32(at, true);
    groups[group as (typeof GROUPS)[number]][name] = { shape, data };
  }
  const moments = Object.fromEntries(
    Object.keys(groups.first).map((name) => [
      name,
      { first: (groups.first[name] as Weights[string]).data, second: (groups.second[name] as Weights[string]).data },
    ]),
  );
  const { generator, discriminator, average } = groups;
  return { step: header.step, noise: header.noise, generator, discriminator, average, moments };
}

/** Writes a checkpoint so that a crash at any moment leaves the old or the new one whole. */
export async function saveCheckpoint(path: string, run: RunIdentity, state: TrainingState): Promise<void> {
  const file = await open(`${path}.part`, "w");
  try {
    await file.writeFile(encodeCheckpoint(run, state));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Reads a checkpoint; undefined when there is none yet. */
export async function loadCheckpoint(path: string, run: RunIdentity): Promise<TrainingState | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return decodeCheckpoint(bytes, run);
}
