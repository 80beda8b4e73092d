/**
 * The seed document's GAN (its section 5.2): a dense generator 100-256-512-1024-784 with batch normalization and
 * leaky ReLU, and a dense discriminator 784-1024-512-1 with leaky ReLU and dropout. Keras defaults where the
 * document names no value: leaky slope 0.3, momentum 0.99, epsilon 1e-3, Glorot uniform kernels, zero biases.
 */
import type { Prng } from "../../common/prng.ts";
import type { Backend, Tensor } from "../engine/backend.ts";
import type { Weights } from "./model-file.ts";

export const LATENT_SIZE = 100;
export const IMAGE_SIDE = 28;
export const IMAGE_PIXELS = IMAGE_SIDE * IMAGE_SIDE;
export const LEAKY_SLOPE = 0.3;
export const BATCH_NORM = { momentum: 0.99, epsilon: 1e-3 } as const;
export const DROPOUT_RATE = 0.4;

/** One dense layer; `norm` = batch normalization follows it. */
export type DenseLayer = { name: string; inputs: number; outputs: number; bias: boolean; norm: boolean };

export const GENERATOR_LAYERS: readonly DenseLayer[] = [
  { name: "g1", inputs: LATENT_SIZE, outputs: 256, bias: false, norm: true },
  { name: "g2", inputs: 256, outputs: 512, bias: true, norm: true },
  { name: "g3", inputs: 512, outputs: 1024, bias: true, norm: true },
  { name: "g4", inputs: 1024, outputs: IMAGE_PIXELS, bias: true, norm: false },
];

export const DISCRIMINATOR_LAYERS: readonly DenseLayer[] = [
  { name: "d1", inputs: IMAGE_PIXELS, outputs: 1024, bias: true, norm: false },
  { name: "d2", inputs: 1024, outputs: 512, bias: true, norm: false },
  { name: "d3", inputs: 512, outputs: 1, bias: true, norm: false },
];

/** True for values that follow the batches instead of the gradient. */
export function isMovingStatistic(name: string): boolean {
  return name.endsWith(".mean") || name.endsWith(".variance");
}

/** Fresh weights of a stack of layers. */
export function initialWeights(layers: readonly DenseLayer[], prng: Prng): Weights {
  const weights: Weights = {};
  for (const { name, inputs, outputs, bias, norm } of layers) {
    const limit = Math.sqrt(6 / (inputs + outputs));
    const kernel = Float32Array.from({ length: inputs * outputs }, () => prng.range(-limit, limit));
    weights[`${name}.kernel`] = { shape: [inputs, outputs], data: kernel };
    if (bias) weights[`${name}.bias`] = { shape: [outputs], data: new Float32Array(outputs) };
    if (!norm) continue;
    weights[`${name}.gamma`] = { shape: [outputs], data: new Float32Array(outputs).fill(1) };
    weights[`${name}.beta`] = { shape: [outputs], data: new Float32Array(outputs) };
    weights[`${name}.mean`] = { shape: [outputs], data: new Float32Array(outputs) };
    weights[`${name}.variance`] = { shape: [outputs], data: new Float32Array(outputs).fill(1) };
  }
  return weights;
}

/** Values in `weights`, and how many of them the gradient moves: Keras' "total" and "trainable" parameters. */
export function countParameters(weights: Weights): { total: number; trainable: number } {
  let total = 0;
  let trainable = 0;
  for (const [name, { data }] of Object.entries(weights)) {
    total += data.length;
    if (!isMovingStatistic(name)) trainable += data.length;
  }
  return { total, trainable };
}

type Named = (name: string) => Tensor;

/** Leaky ReLU as a combination of ReLUs, which also has a second derivative (the framework's own has none). */
export function leakyRelu({ ops }: Backend, x: Tensor): Tensor {
  return ops.sub(ops.relu(x), ops.mul(ops.relu(ops.neg(x)), LEAKY_SLOPE));
}

/** What a batch says about a normalized layer's inputs. */
export type BatchStatistics = Record<string, Tensor>;

/**
 * Generator as it trains: normalizes by the batch's own mean and variance, which it also reports.
 * @param z [batch, 100] @returns pictures [batch, 784] in [-1, 1], and each layer's statistics
 */
export function generateInTraining(
  backend: Backend,
  weight: Named,
  z: Tensor,
): { images: Tensor; statistics: BatchStatistics } {
  const { ops } = backend;
  const statistics: BatchStatistics = {};
  let x = z;
  for (const layer of GENERATOR_LAYERS) {
    x = dense(backend, weight, layer, x);
    if (!layer.norm) continue;
    const mean = ops.mean(x, 0);
    const centred = ops.sub(x, mean);
    const variance = ops.mean(ops.square(centred), 0);
    statistics[`${layer.name}.mean`] = mean;
    statistics[`${layer.name}.variance`] = variance;
    const unit = ops.div(centred, ops.sqrt(ops.add(variance, BATCH_NORM.epsilon)));
    x = leakyRelu(backend, ops.add(ops.mul(unit, weight(`${layer.name}.gamma`)), weight(`${layer.name}.beta`)));
  }
  return { images: ops.tanh(x), statistics };
}

/**
 * Discriminator up to its sigmoid: the losses take logits, where log D and log(1 - D) neither overflow nor vanish.
 * @param images [batch, 784]
 * @param masks dropout masks of the two hidden layers, [batch, 1024] and [batch, 512], or none for inference
 * @returns logits [batch, 1]
 */
export function discriminate(backend: Backend, weight: Named, images: Tensor, masks?: readonly Tensor[]): Tensor {
  let x = images;
  DISCRIMINATOR_LAYERS.forEach((layer, index) => {
    x = dense(backend, weight, layer, x);
    if (index === DISCRIMINATOR_LAYERS.length - 1) return;
    x = leakyRelu(backend, x);
    const mask = masks?.[index];
    if (mask) x = backend.ops.mul(x, mask);
  });
  return x;
}

function dense({ ops }: Backend, weight: Named, { name, bias }: DenseLayer, x: Tensor): Tensor {
  const product = ops.matMul(x, weight(`${name}.kernel`)) as Tensor;
  return bias ? ops.add(product, weight(`${name}.bias`)) : product;
}

/** Inverted dropout mask: 0 with probability 0.4, else 1 / 0.6. */
export function dropoutMask(prng: Prng, length: number): Float32Array {
  const keep = 1 / (1 - DROPOUT_RATE);
  const threshold = Math.round(DROPOUT_RATE * 4294967296);
  return Float32Array.from({ length }, () => (prng.uint32() < threshold ? 0 : keep));
}
