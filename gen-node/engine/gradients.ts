/**
 * Gradients of the whitelisted operations: our own, because the framework's Node bundle carries none. Each is tested
 * against finite differences. `dy` is the gradient of the loss with respect to the operation's output.
 */
import * as tf from "@tensorflow/tfjs-core";

/** Sums a gradient over the axes along which an input was broadcast. */
function unbroadcast(gradient: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const lead = gradient.rank - shape.length;
  const axes = gradient.shape.flatMap((side, i) => (i < lead || (shape[i - lead] === 1 && side !== 1) ? [i] : []));
  const summed = axes.length > 0 ? tf.sum(gradient, axes) : gradient;
  return tf.reshape(summed, [...shape]);
}

type Saved = readonly tf.Tensor[];
type Thunks = Record<string, () => tf.Tensor>;

/** 1 where x > 0, else 0. */
const positive = (x: tf.Tensor): tf.Tensor => tf.cast(tf.greater(x, 0), "float32");

type Rule = { saves?: string[]; savesOutput?: boolean; of: (dy: tf.Tensor, saved: Saved, attrs: object) => Thunks };

const at = (saved: Saved, i: number): tf.Tensor => saved[i] as tf.Tensor;

const RULES: Record<string, Rule> = {
  Add: {
    saves: ["a", "b"],
    of: (dy, s) => ({
      a: () => unbroadcast(dy, at(s, 0).shape),
      b: () => unbroadcast(dy, at(s, 1).shape),
    }),
  },
  Sub: {
    saves: ["a", "b"],
    of: (dy, s) => ({
      a: () => unbroadcast(dy, at(s, 0).shape),
      b: () => tf.neg(unbroadcast(dy, at(s, 1).shape)),
    }),
  },
  Multiply: {
    saves: ["a", "b"],
    of: (dy, s) => ({
      a: () => unbroadcast(tf.mul(dy, at(s, 1)), at(s, 0).shape),
      b: () => unbroadcast(tf.mul(dy, at(s, 0)), at(s, 1).shape),
    }),
  },
  RealDiv: {
    saves: ["a", "b"],
    of: (dy, s) => ({
      a: () => unbroadcast(tf.div(dy, at(s, 1)), at(s, 0).shape),
      b: () => tf.neg(unbroadcast(tf.div(tf.mul(dy, at(s, 0)), tf.square(at(s, 1))), at(s, 1).shape)),
    }),
  },
  Neg: { of: (dy) => ({ x: () => tf.neg(dy) }) },
  Abs: { saves: ["x"], of: (dy, s) => ({ x: () => tf.mul(dy, tf.sub(tf.mul(positive(at(s, 0)), 2), 1)) }) },
  Square: { saves: ["x"], of: (dy, s) => ({ x: () => tf.mul(dy, tf.mul(at(s, 0), 2)) }) },
  Sqrt: { savesOutput: true, of: (dy, s) => ({ x: () => tf.div(dy, tf.mul(at(s, 0), 2)) }) },
  Exp: { savesOutput: true, of: (dy, s) => ({ x: () => tf.mul(dy, at(s, 0)) }) },
  Log1p: { saves: ["x"], of: (dy, s) => ({ x: () => tf.div(dy, tf.add(at(s, 0), 1)) }) },
  Relu: { saves: ["x"], of: (dy, s) => ({ x: () => tf.mul(dy, positive(at(s, 0))) }) },
  Tanh: { savesOutput: true, of: (dy, s) => ({ x: () => tf.mul(dy, tf.sub(1, tf.square(at(s, 0)))) }) },
  BatchMatMul: {
    saves: ["a", "b"],
    of: (dy, s, attrs) => {
      const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
      const [a, b] = [at(s, 0), at(s, 1)];
      const product = (x: tf.Tensor, y: tf.Tensor, flipX: boolean, flipY: boolean) =>
        tf.matMul(x, y, flipX, flipY) as tf.Tensor;
      return {
        a: () => (transposeA ? product(b, dy, transposeB, true) : product(dy, b, false, !transposeB)),
        b: () => (transposeB ? product(dy, a, true, transposeA) : product(a, dy, !transposeA, false)),
      };
    },
  },
  Mean: {
    saves: ["x"],
    of: (dy, s, attrs) => {
      const x = at(s, 0);
      const axes = tf.util.parseAxisParam((attrs as { axis: number[] }).axis, x.shape);
      const kept = x.shape.map((side, i) => (axes.includes(i) ? 1 : side));
      const count = axes.reduce((n, axis) => n * (x.shape[axis] as number), 1);
      return { x: () => tf.mul(tf.reshape(tf.div(dy, count), kept), tf.onesLike(x)) };
    },
  },
  Slice: {
    saves: ["x"],
    of: (dy, s, attrs) => {
      const { begin } = attrs as { begin: number[] };
      const pads = at(s, 0).shape.map((side, i): [number, number] => {
        const before = begin[i] ?? 0;
        return [before, side - before - (dy.shape[i] as number)];
      });
      return { x: () => tf.pad(dy, pads) };
    },
  },
};

let registered = false;

/** Registers the gradients; once per process, for every backend. */
export function registerGradients(): void {
  if (registered) return;
  registered = true;
  for (const [kernelName, { saves, savesOutput, of }] of Object.entries(RULES)) {
    tf.registerGradient({
      kernelName,
      inputsToSave: saves ?? [],
      outputsToSave: savesOutput ? [true] : [],
      gradFunc: (dy, saved, attrs) => of(dy as tf.Tensor, saved, attrs),
    });
  }
  tf.registerGradient({
    kernelName: "Concat",
    saveAllInputs: true,
    gradFunc: (dy, saved, attrs) => {
      const axis = tf.util.parseAxisParam((attrs as { axis: number }).axis, at(saved, 0).shape)[0] as number;
      const parts = tf.split(
        dy as tf.Tensor,
        saved.map((x) => x.shape[axis] as number),
        axis,
      );
      return parts.map((part) => () => part) as never;
    },
  });
}
