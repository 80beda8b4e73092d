/** `gen-node train`: weights from a folder of pictures, or the shipped ones again from their procedural motifs. */
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { sha256Hex } from "../../common/digest.ts";
import { ColophonError } from "../../common/errors.ts";
import { IMAGE_PIXELS } from "../models/seed-gan.ts";
import { picturesOfFolder } from "../train/picture-folder.ts";
import { proceduralPictures } from "../train/procedural.ts";
import { trainModel } from "../train/train-model.ts";
import { readOptions } from "./options.ts";

/** Runs the command; progress goes to stderr, what is returned is printed. */
export async function train(args: readonly string[]): Promise<Record<string, unknown>> {
  const options = readOptions(args, {
    values: ["images", "procedural", "out", "steps", "batch", "seed", "name", "license", "checkpoint", "data"],
    flags: ["resume"],
  });
  const out = options.text("out");
  const folder = options.maybe("images");
  const motifs = options.maybe("procedural");
  if ((folder === undefined) === (motifs === undefined)) {
    throw new ColophonError("BAD_ARGUMENT", "Give either --images DIR or --procedural SEED.");
  }
  const pictures = folder === undefined ? proceduralPictures(8192, motifs as string) : await picturesOfFolder(folder);
  const count = pictures.length / IMAGE_PIXELS;
  const steps = options.count("steps", 6000, 10_000_000);
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  process.once("SIGTERM", () => stop.abort());
  const started = performance.now();
  const checkpoint = options.maybe("checkpoint") ?? `${out}.checkpoint`;
  const bytes = await trainModel({
    pictures,
    data: options.maybe("data") ?? (folder === undefined ? motifData(count, motifs as string) : `${count} pictures`),
    name: options.maybe("name") ?? basename(out, ".clph"),
    license: options.maybe("license") ?? "all rights reserved",
    steps,
    batch: options.count("batch", 64, 1024),
    seed: options.text("seed", "colophon"),
    checkpoint,
    resume: options.flag("resume"),
    signal: stop.signal,
    onStep: (report) => {
      if (report.step % 10 !== 0 && report.step !== steps) return;
      const { step, lossD, lossG, real, fake } = report;
      const figures = `L_D ${lossD.toFixed(3)}  L_G ${lossG.toFixed(3)}  D(x) ${real.toFixed(2)}  D(G(z)) ${fake.toFixed(2)}`;
      process.stderr.write(`step ${step}/${steps}  ${figures}\n`);
    },
  });
  if (!bytes) {
    throw new ColophonError("STOPPED", `Training stopped; go on with --resume (checkpoint ${checkpoint}).`);
  }
  await writeFile(out, bytes);
  const seconds = Math.round((performance.now() - started) / 1000);
  return { out, images: count, steps, bytes: bytes.length, sha256: sha256Hex(bytes), seconds };
}

/** How a model file names our own motifs as its data. */
const motifData = (count: number, seed: string): string =>
  `${count.toLocaleString("en")} procedural motifs drawn by gen-node/train/procedural.ts with the seed ${seed}`;
