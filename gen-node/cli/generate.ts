/** `gen-node generate`: one picture from weights and a specification or a seed, without chain or store. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cidOfDigest, sha256Hex } from "../../common/digest.ts";
import { type JobSpec, jobSpecSchema } from "../../common/documents.ts";
import { ColophonError } from "../../common/errors.ts";
import { runJobInChild } from "../engine/index.ts";
import { readOptions } from "./options.ts";

/** The weights that ship with the node. */
export const SHIPPED_MODEL = join(import.meta.dirname, "../models/motif-press.clph");

/** Runs the command; returns what to print. */
export async function generate(args: readonly string[]): Promise<Record<string, unknown>> {
  const options = readOptions(args, {
    values: ["model", "spec", "seed", "tiles", "tile-pixels", "palette", "input", "out"],
    flags: [],
  });
  const out = options.text("out");
  const model = await readFile(options.maybe("model") ?? SHIPPED_MODEL);
  const inputPath = options.maybe("input");
  const input = inputPath === undefined ? undefined : await readFile(inputPath);
  const specPath = options.maybe("spec");
  const name = (bytes: Uint8Array) => ({ cid: cidOfDigest(sha256Hex(bytes)), sha256: sha256Hex(bytes) });
  const spec: unknown =
    specPath === undefined
      ? {
          schema: "colophon/job/1",
          task: input ? "remix-image" : "generate-image",
          model: { workId: "0", ...name(model) },
          seed: options.text("seed"),
          params: {
            tiles: options.count("tiles", 10, 64),
            tilePixels: options.count("tile-pixels", 56, 128),
            palette: options.maybe("palette")?.split(","),
          },
          ...(input ? { input: { workId: "0", licenseId: "0", ...name(input) } } : {}),
        }
      : JSON.parse(await readFile(specPath, "utf8"));
  const parsed = jobSpecSchema.safeParse(spec);
  if (!parsed.success) {
    throw new ColophonError("BAD_SPEC", `The specification is wrong: ${parsed.error.issues[0]?.message}.`);
  }
  const started = performance.now();
  const result = await runJobInChild(parsed.data satisfies JobSpec, { model, ...(input ? { input } : {}) });
  await writeFile(out, result.png);
  return {
    out,
    width: result.width,
    height: result.height,
    sha256: sha256Hex(result.png),
    engine: result.engine,
    ms: Math.round(performance.now() - started),
  };
}
