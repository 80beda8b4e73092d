import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { sha256Hex } from "../../common/digest.ts";
import { hasCode } from "../../common/errors.ts";
import { Prng } from "../../common/prng.ts";
import { openWasmBackend } from "../../gen-node/engine/wasm-backend.ts";
import { Generator } from "../../gen-node/models/generator.ts";
import { readModel } from "../../gen-node/models/model-file.ts";
import {
  countParameters,
  DISCRIMINATOR_LAYERS,
  discriminate,
  dropoutMask,
  GENERATOR_LAYERS,
  generateInTraining,
  initialWeights,
} from "../../gen-node/models/seed-gan.ts";
import { adamUpdate, freshMoments, power } from "../../gen-node/train/adam.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../gen-node/train/checkpoint.ts";
import { LISTED } from "../../gen-node/train/losses.ts";
import { MOTIFS, type MotifName, proceduralPictures } from "../../gen-node/train/procedural.ts";
import { trainModel } from "../../gen-node/train/train-model.ts";
import { initialState, type TrainingState, trainStep } from "../../gen-node/train/trainer.ts";

const PICTURES = proceduralPictures(64, "test");
const OPTIONS = { seed: "test", batch: 8, averaging: 0.9, margin: 0.35 };

const weightsHash = (state: TrainingState): string =>
  sha256Hex(encodeCheckpoint({ seed: "", batch: 0, averaging: 0, margin: 0, pictures: "" }, state));

describe("the seed document's GAN", function () {
  this.timeout(60_000);

  it("has the parameters that Keras counts for the listing", () => {
    const generator = countParameters(initialWeights(GENERATOR_LAYERS, new Prng("count")));
    const discriminator = countParameters(initialWeights(DISCRIMINATOR_LAYERS, new Prng("count")));
    expect(generator).to.deep.equal({ total: 1_493_264, trainable: 1_489_680 });
    expect(discriminator).to.deep.equal({ total: 1_329_153, trainable: 1_329_153 });
  });

  it("starts with Glorot uniform kernels and zero biases", () => {
    const weights = initialWeights(DISCRIMINATOR_LAYERS, new Prng("init"));
    const kernel = weights["d1.kernel"]?.data ?? new Float32Array();
    const limit = Math.sqrt(6 / (784 + 1024));
    expect(Math.max(...kernel.subarray(0, 100_000).map(Math.abs))).to.be.within(limit * 0.999, limit);
    expect(weights["d1.bias"]?.data.every((value) => value === 0)).to.equal(true);
  });

  it("maps latents to pictures in [-1, 1] and pictures to one logit each", async () => {
    const b = await openWasmBackend();
    const weights = {
      ...initialWeights(GENERATOR_LAYERS, new Prng("g")),
      ...initialWeights(DISCRIMINATOR_LAYERS, new Prng("d")),
    };
    b.ops.tidy(() => {
      const tensor = (name: string) => {
        const { data, shape } = weights[name] ?? { data: new Float32Array(), shape: [0] };
        return b.ops.tensor(data, shape);
      };
      const z = b.ops.tensor(
        Float32Array.from({ length: 500 }, (_, i) => Math.sin(i)),
        [5, 100],
      );
      const { images, statistics } = generateInTraining(b, tensor, z);
      expect(images.shape).to.deep.equal([5, 784]);
      expect(Math.max(...images.dataSync().map(Math.abs))).to.be.below(1);
      expect(Object.keys(statistics)).to.have.length(6);
      expect(discriminate(b, tensor, images).shape).to.deep.equal([5, 1]);
    });
  });

  it("drops four in ten and keeps the sum", () => {
    const mask = dropoutMask(new Prng("mask"), 100_000);
    const zeros = mask.filter((value) => value === 0).length;
    expect(zeros / mask.length).to.be.closeTo(0.4, 0.01);
    expect(mask.reduce((a, v) => a + v, 0) / mask.length).to.be.closeTo(1, 0.02);
  });

  it("takes Adam's first step of the size of the rate against the gradient's sign", () => {
    const values = new Float32Array(3);
    adamUpdate(values, Float32Array.of(0.5, -2, 0), freshMoments(3), 1);
    expect(values[0]).to.be.closeTo(-1e-4, 1e-9);
    expect(values[1]).to.be.closeTo(1e-4, 1e-9);
    expect(values[2]).to.equal(0);
    expect(power(0.999, 1000)).to.be.closeTo(0.999 ** 1000, 1e-14);
  });

  it("learns: the discriminator's loss falls from 2 ln 2", async () => {
    const b = await openWasmBackend();
    const state = initialState(OPTIONS);
    const reports = Array.from({ length: 24 }, () => trainStep(b, state, PICTURES, { ...OPTIONS, margin: 1 }));
    const mean = (from: number, to: number) =>
      reports.slice(from, to).reduce((sum, { lossD }) => sum + lossD, 0) / (to - from);
    expect(mean(16, 24)).to.be.below(mean(0, 8) * 0.8);
    expect(reports[0]?.lossD).to.be.closeTo(2 * Math.LN2, 0.6);
    expect(b.ops.memory().numTensors).to.equal(0);
  });

  it("trains backwards with the listing's loss_fn: the generator is taught to be recognized", async () => {
    const b = await openWasmBackend();
    const state = initialState(OPTIONS);
    const options = { ...OPTIONS, margin: 1 };
    const before = trainStep(b, state, PICTURES, { ...options, losses: LISTED });
    let after = before;
    for (let i = 0; i < 14; i++) after = trainStep(b, state, PICTURES, { ...options, losses: LISTED });
    expect(before.fake).to.be.within(0.2, 0.8);
    expect(after.fake).to.be.below(0.1);
    // The listing's discriminator loss moreover calls real pictures false.
    expect(after.real).to.be.below(0.1);
  });

  it("resumed from a checkpoint equals an uninterrupted run, bit for bit", async () => {
    const b = await openWasmBackend();
    const straight = initialState(OPTIONS);
    for (let i = 0; i < 3; i++) trainStep(b, straight, PICTURES, OPTIONS);
    let broken = initialState(OPTIONS);
    const run = { seed: "test", batch: 8, averaging: 0.9, margin: 0.35, pictures: sha256Hex(PICTURES) };
    for (let i = 0; i < 3; i++) {
      trainStep(b, broken, PICTURES, OPTIONS);
      broken = decodeCheckpoint(encodeCheckpoint(run, broken), run);
    }
    expect(weightsHash(broken)).to.equal(weightsHash(straight));
    const bytes = encodeCheckpoint(run, straight);
    expect(() => decodeCheckpoint(bytes, { ...run, seed: "other" }))
      .to.throw()
      .with.property("code", "OTHER_RUN");
    bytes[5000] = (bytes[5000] as number) ^ 1;
    expect(() => decodeCheckpoint(bytes, run))
      .to.throw()
      .with.property("code", "BAD_CHECKPOINT");
  });

  it("stops on a signal, goes on with resume, and ends with weights that draw", async () => {
    const folder = await mkdtemp(join(tmpdir(), "colophon-train-"));
    try {
      const parameters = {
        pictures: PICTURES,
        data: "test motifs",
        name: "test",
        license: "none",
        steps: 4,
        batch: 8,
        seed: "stop",
        checkpoint: join(folder, "checkpoint"),
      };
      const stop = new AbortController();
      const stopped = await trainModel({
        ...parameters,
        resume: false,
        signal: stop.signal,
        onStep: ({ step }) => step === 2 && stop.abort(),
      });
      expect(stopped).to.equal(undefined);
      const steps: number[] = [];
      const bytes = await trainModel({ ...parameters, resume: true, onStep: ({ step }) => steps.push(step) });
      expect(steps).to.deep.equal([3, 4]);
      const whole = await trainModel({ ...parameters, resume: false });
      expect(sha256Hex(bytes as Uint8Array)).to.equal(sha256Hex(whole as Uint8Array));
      const generator = new Generator(await openWasmBackend(), readModel(bytes as Uint8Array));
      expect(generator.draw(new Float32Array(300))).to.have.length(3 * 784);
      const other: unknown = await trainModel({ ...parameters, batch: 4, resume: true }).catch((e: unknown) => e);
      expect(hasCode(other, "OTHER_RUN")).to.equal(true);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("draws the same motifs from the same seed, and each family differently", () => {
    expect(sha256Hex(proceduralPictures(64, "test"))).to.equal(sha256Hex(PICTURES));
    expect(sha256Hex(proceduralPictures(64, "other"))).to.not.equal(sha256Hex(PICTURES));
    const names = Object.keys(MOTIFS) as MotifName[];
    for (let n = 0; n < names.length; n++) {
      const ink = PICTURES.subarray(n * 784, (n + 1) * 784).reduce((a, v) => a + v, 0) / 784 / 255;
      expect(ink, names[n]).to.be.within(0.05, 0.75);
    }
  });
});
