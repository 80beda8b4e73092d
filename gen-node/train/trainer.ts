/** Trains the seed document's GAN: one step is the listing's `train_step`, with the losses of its section 4.2. */
import { Prng } from "../../common/prng.ts";
import type { Backend, Tensor } from "../engine/backend.ts";
import { gaussians } from "../engine/gaussian.ts";
import type { Weights } from "../models/model-file.ts";
import {
  BATCH_NORM,
  DISCRIMINATOR_LAYERS,
  discriminate,
  dropoutMask,
  GENERATOR_LAYERS,
  generateInTraining,
  IMAGE_PIXELS,
  initialWeights,
  isMovingStatistic,
  LATENT_SIZE,
} from "../models/seed-gan.ts";
import { adamUpdate, freshMoments, type Moments } from "./adam.ts";
import { type Losses, SECTION_4_2 } from "./losses.ts";

/** What a run is determined by, beside its pictures. */
export type TrainingOptions = {
  seed: string;
  /** Pictures per step. */
  batch: number;
  /** Decay of the running average of the generator's weights, which is what is shipped. */
  averaging: number;
  /**
   * How far mean D(x) may stand above mean D(G(z)). What the discriminator sees, real or generated, is veiled by
   * normal noise (instance noise, Sonderby et al. 2017), whose strength follows this goal: a dense discriminator
   * otherwise wins by the grain of single pixels and teaches nothing. 1 = no noise.
   */
  margin: number;
  /** Default: those of section 4.2; others only to study them. */
  losses?: Losses;
};

/** All that changes while training: with the options and the pictures it determines every later step. */
export type TrainingState = {
  /** Steps done. Random numbers of step n derive from the seed and n alone, so this is also the generator's state. */
  step: number;
  generator: Weights;
  discriminator: Weights;
  /** Running average of `generator`. */
  average: Weights;
  moments: Record<string, Moments>;
  /** Standard deviation of the noise that veils the discriminator's view. */
  noise: number;
};

/** Figures of one step: losses, mean D(x) and D(G(z)) before the update, and the noise after it. */
export type StepReport = { step: number; lossD: number; lossG: number; real: number; fake: number; noise: number };

/** Strength of the veil: where it starts, its range, and how fast it follows its goal. */
const NOISE = { start: 0.5, least: 0.02, most: 2.5, pace: 0.02 } as const;

/** State before the first step. */
export function initialState({ seed }: Pick<TrainingOptions, "seed">): TrainingState {
  const generator = initialWeights(GENERATOR_LAYERS, new Prng(`${seed}/generator`));
  const discriminator = initialWeights(DISCRIMINATOR_LAYERS, new Prng(`${seed}/discriminator`));
  const moments: Record<string, Moments> = {};
  for (const [name, { data }] of Object.entries({ ...generator, ...discriminator })) {
    if (!isMovingStatistic(name)) moments[name] = freshMoments(data.length);
  }
  return { step: 0, generator, discriminator, average: copyOf(generator), moments, noise: NOISE.start };
}

function copyOf(weights: Weights): Weights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [name, { shape: [...shape], data: data.slice() }]),
  );
}

/** Rows of `pictures` (bytes of ink, 784 each) picked with replacement, as float32 in [-1, 1]. */
function realBatch(pictures: Uint8Array, batch: number, prng: Prng): Float32Array {
  const count = Math.floor(pictures.length / IMAGE_PIXELS);
  const out = new Float32Array(batch * IMAGE_PIXELS);
  for (let n = 0; n < batch; n++) {
    const from = prng.below(count) * IMAGE_PIXELS;
    for (let i = 0; i < IMAGE_PIXELS; i++) {
      out[n * IMAGE_PIXELS + i] = (pictures[from + i] as number) / 127.5 - 1;
    }
  }
  return out;
}

/**
 * One step: both gradients at the same weights, then one Adam update of each network, in place.
 * @param pictures count x 784 bytes of ink coverage
 */
export function trainStep(
  backend: Backend,
  state: TrainingState,
  pictures: Uint8Array,
  options: TrainingOptions,
): StepReport {
  const prng = new Prng(`${options.seed}/step/${state.step}`);
  const { batch, losses = SECTION_4_2 } = options;
  const { ops } = backend;
  const real = realBatch(pictures, batch, prng);
  const z = gaussians(prng, batch * LATENT_SIZE);
  const veil = () => gaussians(prng, batch * IMAGE_PIXELS).map((value) => value * state.noise);
  const [noiseReal, noiseFake] = options.margin < 1 ? [veil(), veil()] : [];
  const masks = [dropoutMask(prng, 2 * batch * 1024), dropoutMask(prng, 2 * batch * 512)] as const;

  const result = within(backend, () => {
    const tensors = toTensors(backend, { ...state.generator, ...state.discriminator });
    const shapes = [1024, 512] as const;
    const mask = (rows: number, from: number) =>
      shapes.map((width, i) =>
        ops.tensor((masks[i] as Float32Array).subarray(from * width, (from + rows) * width), [rows, width]),
      );
    const latents = ops.tensor(z, [batch, LATENT_SIZE]);
    // Values are read out inside: the framework frees a gradient's intermediate tensors as it returns.
    let images = new Float32Array();
    let statistics: Record<string, Float32Array> = {};
    const forGenerator = gradients(backend, state.generator, tensors, (weight) => {
      const made = generateInTraining(backend, weight, latents);
      statistics = Object.fromEntries(Object.entries(made.statistics).map(([name, tensor]) => [name, values(tensor)]));
      const seen = noiseFake ? ops.add(made.images, ops.tensor(noiseFake, [batch, IMAGE_PIXELS])) : made.images;
      images = values(seen);
      const fake = discriminate(backend, weight, seen, mask(batch, batch));
      return losses.generator(backend, fake);
    });
    let logits = new Float32Array();
    const both = ops.tensor(join(noiseReal ? real.map((value, i) => value + (noiseReal[i] as number)) : real, images), [
      2 * batch,
      IMAGE_PIXELS,
    ]);
    const forDiscriminator = gradients(backend, state.discriminator, tensors, (weight) => {
      const output = discriminate(backend, weight, both, mask(2 * batch, 0));
      logits = values(output);
      return losses.discriminator(
        backend,
        ops.slice(output, [0, 0], [batch, 1]),
        ops.slice(output, [batch, 0], [batch, 1]),
      );
    });
    return {
      lossG: forGenerator.loss,
      lossD: forDiscriminator.loss,
      gradients: { ...forGenerator.gradients, ...forDiscriminator.gradients },
      logits,
      statistics,
    };
  });

  state.step++;
  for (const weights of [state.generator, state.discriminator]) {
    for (const [name, { data }] of Object.entries(weights)) {
      const moments = state.moments[name];
      if (moments) adamUpdate(data, result.gradients[name] as Float32Array, moments, state.step);
      else follow(data, result.statistics[name] as Float32Array, BATCH_NORM.momentum);
    }
  }
  // A short run must not drag its random start along: the average's memory grows with the run.
  const decay = Math.min(options.averaging, state.step / (state.step + 10));
  for (const [name, { data }] of Object.entries(state.average)) follow(data, dataOf(state.generator, name), decay);

  const mean = (from: number) => {
    let sum = 0;
    for (let i = 0; i < batch; i++) sum += 1 / (1 + Math.exp(-(result.logits[from + i] as number)));
    return sum / batch;
  };
  const report = { step: state.step, lossD: result.lossD, lossG: result.lossG, real: mean(0), fake: mean(batch) };
  const factor = report.real - report.fake > options.margin ? 1 + NOISE.pace : 1 - NOISE.pace;
  state.noise = Math.min(NOISE.most, Math.max(NOISE.least, state.noise * factor));
  return { ...report, noise: state.noise };
}

/**
 * Runs `work` and frees every tensor it made. Its result leaves by a variable: the framework would search what `tidy`
 * returns for tensors, element by element.
 */
function within<T>({ ops }: Backend, work: () => T): T {
  let result: T | undefined;
  ops.tidy(() => {
    result = work();
  });
  return result as T;
}

/** A tensor's float32 values, copied out. */
const values = (tensor: Tensor): Float32Array<ArrayBuffer> => new Float32Array(tensor.dataSync());

function join(first: Float32Array, second: Float32Array): Float32Array {
  const out = new Float32Array(first.length + second.length);
  out.set(first);
  out.set(second, first.length);
  return out;
}

function dataOf(weights: Weights, name: string): Float32Array {
  const tensor = weights[name];
  if (!tensor) throw new RangeError(`no weights named ${name}`);
  return tensor.data;
}

function follow(values: Float32Array, towards: Float32Array, decay: number): void {
  for (let i = 0; i < values.length; i++) {
    values[i] = decay * (values[i] as number) + (1 - decay) * (towards[i] as number);
  }
}

function toTensors({ ops }: Backend, weights: Weights): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(weights).map(([name, { shape, data }]) => [name, ops.tensor(data, shape)]));
}

/** Loss and its gradient with respect to the trainable weights of one network. */
function gradients(
  { ops }: Backend,
  network: Weights,
  tensors: Record<string, Tensor>,
  loss: (weight: (name: string) => Tensor) => Tensor,
): { loss: number; gradients: Record<string, Float32Array> } {
  const names = Object.keys(network).filter((name) => !isMovingStatistic(name));
  const { value, grads } = ops.valueAndGrads((...variables: Tensor[]) => {
    const moving = Object.fromEntries(names.map((name, i) => [name, variables[i] as Tensor]));
    return loss((name) => moving[name] ?? (tensors[name] as Tensor));
  })(names.map((name) => tensors[name] as Tensor));
  return {
    loss: value.dataSync()[0] as number,
    gradients: Object.fromEntries(names.map((name, i) => [name, values(grads[i] as Tensor)])),
  };
}
