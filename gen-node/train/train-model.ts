/** A whole training run: steps, checkpoints, progress, and the model file at the end. */
import { sha256Hex } from "../../common/digest.ts";
import { openWasmBackend } from "../engine/wasm-backend.ts";
import { type ModelHeader, writeModel } from "../models/model-file.ts";
import { IMAGE_PIXELS } from "../models/seed-gan.ts";
import { loadCheckpoint, type RunIdentity, saveCheckpoint } from "./checkpoint.ts";
import { initialState, type StepReport, type TrainingState, trainStep } from "./trainer.ts";

/** Order and precision of a generator's tensors in its file: kernels in binary16, all else in float32. */
export function generatorHeader(
  state: Pick<TrainingState, "average">,
  facts: Pick<ModelHeader, "name" | "license" | "training">,
): ModelHeader {
  const tensors = Object.entries(state.average).map(([name, { shape }]) => ({
    name,
    shape: [...shape],
    dtype: name.endsWith(".kernel") ? ("f16" as const) : ("f32" as const),
  }));
  return { ...facts, architecture: "seed-gan-generator/1", tensors };
}

export type TrainModelParameters = {
  /** count x 784 bytes of ink coverage, and a sentence that says what they are. */
  pictures: Uint8Array;
  data: string;
  name: string;
  license: string;
  steps: number;
  batch: number;
  seed: string;
  averaging?: number;
  margin?: number;
  /** Where checkpoints go, and how many steps apart. */
  checkpoint: string;
  every?: number;
  /** Go on from the checkpoint if there is one. */
  resume: boolean;
  onStep?: (report: StepReport) => void;
  signal?: AbortSignal;
};

/**
 * Trains in this process (use a child process under a server) and returns the model file's bytes, or undefined when
 * `signal` ended the run early; the checkpoint then holds every step done.
 */
export async function trainModel(parameters: TrainModelParameters): Promise<Uint8Array | undefined> {
  const { pictures, steps, batch, seed, checkpoint, every = 250, averaging = 0.998, margin = 0.35 } = parameters;
  const backend = await openWasmBackend();
  const run: RunIdentity = { seed, batch, averaging, margin, pictures: sha256Hex(pictures) };
  const saved = parameters.resume ? await loadCheckpoint(checkpoint, run) : undefined;
  const state = saved ?? initialState({ seed });
  while (state.step < steps && !parameters.signal?.aborted) {
    const report = trainStep(backend, state, pictures, { seed, batch, averaging, margin });
    parameters.onStep?.(report);
    if (state.step % every === 0 || state.step === steps) await saveCheckpoint(checkpoint, run, state);
    // Lets a signal handler run between two steps.
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (state.step < steps) {
    await saveCheckpoint(checkpoint, run, state);
    return undefined;
  }
  const header = generatorHeader(state, {
    name: parameters.name,
    license: parameters.license,
    training: {
      data: parameters.data,
      images: pictures.length / IMAGE_PIXELS,
      steps,
      batch,
      seed,
      averaging,
      margin,
      framework: `tfjs ${backend.version} ${backend.name}`,
    },
  });
  return writeModel({ header, weights: state.average });
}
