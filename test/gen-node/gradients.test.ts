import { expect } from "chai";
import { Prng } from "../../common/prng.ts";
import type { Backend, Tensor } from "../../gen-node/engine/backend.ts";
import { OPERATIONS } from "../../gen-node/engine/backend.ts";
import { gaussians } from "../../gen-node/engine/gaussian.ts";
import { openWasmBackend } from "../../gen-node/engine/wasm-backend.ts";
import { leakyRelu } from "../../gen-node/models/seed-gan.ts";
import { discriminatorLoss, generatorLoss, softplus } from "../../gen-node/train/losses.ts";
import { openCpuBackend } from "./cpu-backend.ts";

type Case = { name: string; shapes: number[][]; positive?: boolean; run: (b: Backend, x: Tensor[]) => Tensor };

const first = (x: Tensor[]): Tensor => x[0] as Tensor;
const second = (x: Tensor[]): Tensor => x[1] as Tensor;

const CASES: Case[] = [
  {
    name: "matMul",
    shapes: [
      [3, 4],
      [4, 2],
    ],
    run: ({ ops }, x) => ops.matMul(first(x), second(x)),
  },
  {
    name: "matMul, left transposed",
    shapes: [
      [4, 3],
      [4, 2],
    ],
    run: ({ ops }, x) => ops.matMul(first(x), second(x), true),
  },
  {
    name: "matMul, right transposed",
    shapes: [
      [3, 4],
      [2, 4],
    ],
    run: ({ ops }, x) => ops.matMul(first(x), second(x), false, true),
  },
  {
    name: "matMul, both transposed",
    shapes: [
      [4, 3],
      [2, 4],
    ],
    run: ({ ops }, x) => ops.matMul(first(x), second(x), true, true),
  },
  {
    name: "matMul, batched, right transposed",
    shapes: [
      [2, 3, 4],
      [2, 2, 4],
    ],
    run: ({ ops }, x) => ops.matMul(first(x), second(x), false, true),
  },
  { name: "add", shapes: [[3, 4], [4]], run: ({ ops }, x) => ops.add(first(x), second(x)) },
  {
    name: "sub",
    shapes: [
      [3, 4],
      [3, 1],
    ],
    run: ({ ops }, x) => ops.sub(first(x), second(x)),
  },
  { name: "mul", shapes: [[4], [3, 4]], run: ({ ops }, x) => ops.mul(first(x), second(x)) },
  { name: "div", shapes: [[3, 4], [4]], positive: true, run: ({ ops }, x) => ops.div(first(x), second(x)) },
  { name: "neg", shapes: [[5]], run: ({ ops }, x) => ops.neg(first(x)) },
  { name: "abs", shapes: [[7]], run: ({ ops }, x) => ops.abs(first(x)) },
  { name: "square", shapes: [[5]], run: ({ ops }, x) => ops.square(first(x)) },
  { name: "sqrt", shapes: [[5]], positive: true, run: ({ ops }, x) => ops.sqrt(first(x)) },
  { name: "exp", shapes: [[5]], run: ({ ops }, x) => ops.exp(first(x)) },
  { name: "log1p", shapes: [[5]], positive: true, run: ({ ops }, x) => ops.log1p(first(x)) },
  { name: "relu", shapes: [[7]], run: ({ ops }, x) => ops.relu(first(x)) },
  { name: "tanh", shapes: [[5]], run: ({ ops }, x) => ops.tanh(first(x)) },
  { name: "mean", shapes: [[3, 4]], run: ({ ops }, x) => ops.mean(first(x), 0) },
  { name: "mean of everything", shapes: [[3, 4]], run: ({ ops }, x) => ops.mean(first(x)) },
  {
    name: "concat",
    shapes: [
      [2, 3],
      [4, 3],
    ],
    run: ({ ops }, x) => ops.concat([first(x), second(x)], 0),
  },
  { name: "slice", shapes: [[4, 3]], run: ({ ops }, x) => ops.slice(first(x), [1, 0], [2, 2]) },
  { name: "leaky ReLU", shapes: [[9]], run: (b, x) => leakyRelu(b, first(x)) },
  { name: "softplus", shapes: [[9]], run: (b, x) => softplus(b, first(x)) },
  {
    name: "the discriminator's loss",
    shapes: [
      [5, 1],
      [5, 1],
    ],
    run: (b, x) => discriminatorLoss(b, first(x), second(x)),
  },
  { name: "the generator's loss", shapes: [[5, 1]], run: (b, x) => generatorLoss(b, first(x)) },
  {
    name: "a normalized dense layer",
    shapes: [
      [6, 3],
      [3, 4],
    ],
    run: ({ ops }, x) => {
      const y = ops.matMul(first(x), second(x));
      const centred = ops.sub(y, ops.mean(y, 0));
      const variance = ops.mean(ops.square(centred), 0);
      return ops.div(centred, ops.sqrt(ops.add(variance, 1e-3)));
    },
  },
];

const size = (shape: number[]): number => shape.reduce((n, side) => n * side, 1);

/** Inputs at least 0.2 away from the kinks at zero. */
function inputsOf({ name, shapes, positive }: Case): Float32Array[] {
  const prng = new Prng(name);
  return shapes.map((shape) =>
    gaussians(prng, size(shape)).map((v) => (positive ? 0.5 + Math.abs(v) : v < 0 ? v - 0.2 : v + 0.2)),
  );
}

/** Loss = sum of the outputs, each with its own weight, so that no mistake cancels out. */
function weighted(b: Backend, test: Case, x: Tensor[]): Tensor {
  const y = test.run(b, x);
  const weights = b.ops.tensor(gaussians(new Prng(`${test.name}/w`), y.size), y.shape);
  return b.ops.mul(b.ops.mean(b.ops.mul(y, weights)), y.size);
}

function lossAt(b: Backend, test: Case, inputs: Float32Array[]): number {
  let loss = 0;
  b.ops.tidy(() => {
    const x = inputs.map((data, i) => b.ops.tensor(data, test.shapes[i] as number[]));
    loss = weighted(b, test, x).dataSync()[0] as number;
  });
  return loss;
}

function gradientAt(b: Backend, test: Case, inputs: Float32Array[]): Float32Array[] {
  let found: Float32Array[] = [];
  b.ops.tidy(() => {
    const x = inputs.map((data, i) => b.ops.tensor(data, test.shapes[i] as number[]));
    const { grads } = b.ops.valueAndGrads((...v: Tensor[]) => weighted(b, test, v))(x);
    found = grads.map((g) => new Float32Array(g.dataSync()));
  });
  return found;
}

const STEP = 1 / 128;

describe("gradients", () => {
  it("has a case for every whitelisted operation", () => {
    const missing = OPERATIONS.filter((name) => !CASES.some((test) => test.name.split(",")[0] === name));
    expect(missing).to.deep.equal([]);
  });

  for (const open of [openWasmBackend, openCpuBackend]) {
    for (const test of CASES) {
      it(`of ${test.name} agree with finite differences on ${open === openWasmBackend ? "wasm" : "the oracle"}`, async () => {
        const b = await open();
        const inputs = inputsOf(test);
        const gradients = gradientAt(b, test, inputs);
        inputs.forEach((data, which) => {
          for (let i = 0; i < data.length; i++) {
            const moved = (by: number) =>
              lossAt(
                b,
                test,
                inputs.map((d, k) => (k === which ? d.map((v, j) => (j === i ? v + by : v)) : d)),
              );
            const slope = (moved(STEP) - moved(-STEP)) / (2 * STEP);
            const gradient = gradients[which]?.[i] as number;
            expect(gradient, `input ${which}, element ${i}`).to.be.closeTo(slope, 2e-3 * Math.max(1, Math.abs(slope)));
          }
        });
        expect(b.ops.memory().numTensors).to.equal(0);
      });
    }
  }
});
