import { readFile } from "node:fs/promises";
import { expect } from "chai";
import fc from "fast-check";
import { ColophonError } from "../../common/errors.ts";
import { Prng } from "../../common/prng.ts";
import { SHIPPED_MODEL } from "../../gen-node/cli/generate.ts";
import { foldGenerator } from "../../gen-node/models/generator.ts";
import { fromHalf, toHalf } from "../../gen-node/models/half-float.ts";
import { type ModelFile, type ModelHeader, readModel, writeModel } from "../../gen-node/models/model-file.ts";

const TRAINING = { data: "none", images: 0, steps: 0, batch: 1, seed: "", averaging: 0, margin: 1, framework: "none" };

function small(): ModelFile {
  const prng = new Prng("small");
  const header: ModelHeader = {
    name: "small",
    architecture: "seed-gan-generator/1",
    license: "none",
    training: TRAINING,
    tensors: [
      { name: "a", shape: [3, 2], dtype: "f32" },
      { name: "b", shape: [5], dtype: "f16" },
    ],
  };
  const data = (n: number) => Float32Array.from({ length: n }, () => fromHalf(toHalf(prng.range(-2, 2))));
  return { header, weights: { a: { shape: [3, 2], data: data(6) }, b: { shape: [5], data: data(5) } } };
}

describe("model files", () => {
  it("hold every binary16 value exactly", () => {
    for (let bits = 0; bits < 65_536; bits++) {
      const value = fromHalf(bits);
      if (!Number.isNaN(value)) expect(toHalf(value)).to.equal(bits);
    }
  });

  it("round to the nearest binary16 value, ties to even, as Float16Array does", () => {
    const prng = new Prng("halves");
    const check = Reflect.get(globalThis, "Float16Array") as unknown as undefined | (new (n: number) => Float32Array);
    for (let i = 0; i < 20_000; i++) {
      const value = prng.range(-1, 1) * 2 ** (prng.below(42) - 26);
      const rounded = fromHalf(toHalf(value));
      const near = [fromHalf(toHalf(value) - 1), fromHalf(toHalf(value) + 1)].filter(Number.isFinite);
      for (const other of near) expect(Math.abs(rounded - value)).to.be.at.most(Math.abs(other - value));
      if (check) {
        const one = new check(1);
        one[0] = value;
        expect(rounded).to.equal(one[0]);
      }
    }
  });

  it("come back as they were written", () => {
    const file = small();
    expect(readModel(writeModel(file))).to.deep.equal(file);
  });

  it("are refused when cut at any length or extended", () => {
    const bytes = writeModel(small());
    for (let end = 0; end < bytes.length; end++) {
      expect(() => readModel(bytes.subarray(0, end)), `${end} bytes`)
        .to.throw(ColophonError)
        .with.property("code", "BAD_MODEL");
    }
    expect(() => readModel(Buffer.concat([bytes, Buffer.alloc(4)])))
      .to.throw()
      .with.property("code", "BAD_MODEL");
  });

  it("give a model or BAD_MODEL, whatever bytes are changed", () => {
    const bytes = writeModel(small());
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 4 }), (changes) => {
        const changed = bytes.slice();
        for (const [at, value] of changes) changed[at] = value;
        try {
          for (const { data } of Object.values(readModel(changed).weights)) {
            expect(data.every(Number.isFinite)).to.equal(true);
          }
        } catch (error) {
          if (!(error instanceof ColophonError)) throw error;
          expect(error.code).to.equal("BAD_MODEL");
        }
      }),
      { numRuns: 500 },
    );
  });

  it("are refused when a tensor of the architecture is missing, misshapen or extra", async () => {
    const file = readModel(await readFile(SHIPPED_MODEL));
    expect(foldGenerator(file).map(({ inputs, outputs }) => [inputs, outputs])).to.deep.equal([
      [100, 256],
      [256, 512],
      [512, 1024],
      [1024, 784],
    ]);
    const { "g2.bias": bias, ...rest } = file.weights;
    expect(() => foldGenerator({ ...file, weights: rest }))
      .to.throw()
      .with.property("code", "BAD_MODEL");
    const misshapen = { ...rest, "g2.bias": { shape: [2, 256], data: (bias as ModelFile["weights"][string]).data } };
    expect(() => foldGenerator({ ...file, weights: misshapen }))
      .to.throw()
      .with.property("code", "BAD_MODEL");
    const extra = { ...file.weights, more: { shape: [1], data: new Float32Array(1) } };
    expect(() => foldGenerator({ ...file, weights: extra }))
      .to.throw()
      .with.property("code", "BAD_MODEL");
  });
});
