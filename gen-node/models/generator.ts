/** A trained generator, ready to draw: the canonical path from latents to ink. */
import { ColophonError } from "../../common/errors.ts";
import type { Backend, Tensor } from "../engine/backend.ts";
import type { ModelFile, Weights } from "./model-file.ts";
import { BATCH_NORM, GENERATOR_LAYERS, IMAGE_PIXELS, LATENT_SIZE, LEAKY_SLOPE } from "./seed-gan.ts";

/** Latents per call of the network: bounds memory, and is part of the canonical path. */
const BATCH = 64;

type FoldedLayer = { inputs: number; outputs: number; kernel: Float32Array; bias: Float32Array };

/**
 * Checks that a model file holds this architecture, layer by layer, and folds batch normalization into the dense
 * layer before it (double arithmetic, rounded once).
 * @throws ColophonError BAD_MODEL
 */
export function foldGenerator({ header, weights }: ModelFile): FoldedLayer[] {
  const expected = new Set<string>();
  const take = (name: string, ...shape: number[]): Float32Array => {
    expected.add(name);
    const tensor: Weights[string] | undefined = weights[name];
    if (!tensor || tensor.shape.join() !== shape.join()) {
      throw new ColophonError("BAD_MODEL", "The model lacks a tensor of its architecture.", {
        data: { architecture: header.architecture, tensor: name, shape },
      });
    }
    return tensor.data;
  };
  const layers = GENERATOR_LAYERS.map(({ name, inputs, outputs, bias, norm }): FoldedLayer => {
    const kernel = take(`${name}.kernel`, inputs, outputs);
    const offset = bias ? take(`${name}.bias`, outputs) : new Float32Array(outputs);
    if (!norm) return { inputs, outputs, kernel, bias: offset };
    const [gamma, beta] = [take(`${name}.gamma`, outputs), take(`${name}.beta`, outputs)];
    const [mean, variance] = [take(`${name}.mean`, outputs), take(`${name}.variance`, outputs)];
    const scale = Float64Array.from(
      gamma,
      (g, i) => g / Math.sqrt(Math.max(0, variance[i] as number) + BATCH_NORM.epsilon),
    );
    return {
      inputs,
      outputs,
      kernel: kernel.map((value, i) => value * (scale[i % outputs] as number)),
      bias: beta.map((b, i) => b + ((offset[i] as number) - (mean[i] as number)) * (scale[i] as number)),
    };
  });
  const extra = Object.keys(weights).find((name) => !expected.has(name));
  if (extra)
    throw new ColophonError("BAD_MODEL", "The model has a tensor that its architecture has not.", { data: { extra } });
  return layers;
}

/** Draws motifs from latents. */
export class Generator {
  readonly #backend: Backend;
  readonly #layers: FoldedLayer[];

  /** @throws ColophonError BAD_MODEL */
  constructor(backend: Backend, file: ModelFile) {
    this.#backend = backend;
    this.#layers = foldGenerator(file);
  }

  /**
   * @param latents count x 100 values
   * @returns count x 784 bytes of ink coverage, rounded half up
   */
  draw(latents: Float32Array): Uint8Array {
    const count = latents.length / LATENT_SIZE;
    if (!Number.isInteger(count)) throw new RangeError("latents come in hundreds");
    const out = new Uint8Array(count * IMAGE_PIXELS);
    for (let from = 0; from < count; from += BATCH) {
      const rows = Math.min(BATCH, count - from);
      // Always a full batch: kernels may order sums by the number of rows.
      const padded = new Float32Array(BATCH * LATENT_SIZE);
      padded.set(latents.subarray(from * LATENT_SIZE, (from + rows) * LATENT_SIZE));
      const values = this.#forward(padded);
      for (let i = 0; i < rows * IMAGE_PIXELS; i++) {
        const ink = Math.floor(((values[i] as number) + 1) * 127.5 + 0.5);
        out[from * IMAGE_PIXELS + i] = Math.min(255, Math.max(0, ink));
      }
    }
    return out;
  }

  #forward(latents: Float32Array): Float32Array {
    const { ops } = this.#backend;
    let values = new Float32Array();
    ops.tidy(() => {
      let x: Tensor = ops.tensor(latents, [BATCH, LATENT_SIZE]);
      this.#layers.forEach(({ inputs, outputs, kernel, bias }, index) => {
        const product = ops.matMul(x, ops.tensor(kernel, [inputs, outputs])) as Tensor;
        x = ops.add(product, ops.tensor(bias, [outputs]));
        if (index < this.#layers.length - 1) {
          x = ops.sub(ops.relu(x), ops.mul(ops.relu(ops.neg(x)), LEAKY_SLOPE));
        }
      });
      values = new Float32Array(ops.tanh(x).dataSync());
    });
    return values;
  }
}
