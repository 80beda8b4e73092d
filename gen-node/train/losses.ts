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

/**
 * What the listing in section 5.2 minimizes for the generator: only its second term, BCE(D(G(z)), 0) =
 * -E log(1 - D(G(z))), depends on the generator, and minimizing it teaches the generator to be recognized.
 * See docs/decisions/060-seed-gan-losses.md.
 */
export function listedGeneratorLoss(backend: Backend, fake: Tensor): Tensor {
  return backend.ops.mean(softplus(backend, fake));
}
