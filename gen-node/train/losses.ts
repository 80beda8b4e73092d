/** Losses of the seed document's section 4.2, and its listed `loss_fn`, kept to show what it does. */
import type { Backend, Tensor } from "../engine/backend.ts";

/** log(1 + exp(x)) without overflow: max(x, 0) + log1p(exp(-|x|)). */
export function softplus({ ops }: Backend, x: Tensor): Tensor {
  return ops.add(ops.relu(x), ops.log1p(ops.exp(ops.neg(ops.abs(x)))));
}

/**
 * L_D = -E log D(x) - E log(1 - D(G(z))), with D = sigmoid(logit): -log D = softplus(-logit) and
 * -log(1 - D) = softplus(logit).
 */
export function discriminatorLoss(backend: Backend, real: Tensor, fake: Tensor): Tensor {
  const { ops } = backend;
  return ops.add(ops.mean(softplus(backend, ops.neg(real))), ops.mean(softplus(backend, fake)));
}

/** L_G = -E log D(G(z)). */
export function generatorLoss(backend: Backend, fake: Tensor): Tensor {
  return backend.ops.mean(softplus(backend, backend.ops.neg(fake)));
}

/** A pair of losses on the discriminator's logits of real and generated pictures. */
export type Losses = {
  discriminator: (backend: Backend, real: Tensor, fake: Tensor) => Tensor;
  generator: (backend: Backend, fake: Tensor) => Tensor;
};

/** The losses of section 4.2: what everything here trains with. */
export const SECTION_4_2: Losses = { discriminator: discriminatorLoss, generator: generatorLoss };

/** Keras clips probabilities to [1e-7, 1 - 1e-7]: binary cross-entropy of any p against 0 is then -p log(1e-7). */
const KERAS_CLIP = 16.11809565095832;

function sigmoid({ ops }: Backend, x: Tensor): Tensor {
  return ops.mul(ops.add(ops.tanh(ops.mul(x, 0.5)), 1), 0.5);
}

/** Entropy of sigmoid(x), which is the cross-entropy of an output with itself: softplus(x) - x sigmoid(x). */
function entropy(backend: Backend, x: Tensor): Tensor {
  return backend.ops.sub(softplus(backend, x), backend.ops.mul(x, sigmoid(backend, x)));
}

/**
 * What the listing of section 5.2 minimizes, word for word: its `loss_fn` hands outputs to Keras as if they were labels.
 * For the generator `BCE(D(G(z)), 0)` is 16.1 D(G(z)), so it is taught to be recognized; for the discriminator the
 * terms are H(D(x)) + 16.1 D(x) + H(D(G(z))), so it is taught to call real pictures false. Kept to show it; see
 * docs/decisions/060-seed-gan-losses.md.
 */
export const LISTED: Losses = {
  discriminator: (backend, real, fake) => {
    const { ops } = backend;
    const onReal = ops.add(ops.mean(entropy(backend, real)), ops.mul(ops.mean(sigmoid(backend, real)), KERAS_CLIP));
    return ops.add(onReal, ops.mean(entropy(backend, fake)));
  },
  generator: (backend, fake) => backend.ops.mul(backend.ops.mean(sigmoid(backend, fake)), KERAS_CLIP),
};
