/** The canonical path: a specification and the files it names in, PNG bytes out; equal in, equal out, bit for bit. */
import { type Hash, sha256Hex } from "../../common/digest.ts";
import { type JobSpec, jobSpecSchema } from "../../common/documents.ts";
import { ColophonError } from "../../common/errors.ts";
import { fingerprint } from "../../fingerprint/node.ts";
import { markOutput } from "../../storage/marking/index.ts";
import { encodePng, type Pixels } from "../encode/png.ts";
import { Generator } from "../models/generator.ts";
import { readModel } from "../models/model-file.ts";
import { generateImage } from "../tasks/generate-image.ts";
import { remixPicture } from "../tasks/remix-picture.ts";
import { remixText } from "../tasks/remix-text.ts";
import { decodeInput } from "./decode-input.ts";
import { checkJobSpec } from "./job-limits.ts";
import { ENGINE_NAME, ENGINE_VERSION } from "./engine-pin.ts";
import { marksOf } from "./output-marks.ts";
import type { JobFiles, JobResult, OnProgress } from "./job-result.ts";
import { openWasmBackend } from "./wasm-backend.ts";

/** The model of the last job: the next one mostly runs the same. Its bytes are hashed each time all the same. */
let loaded: { sha256: Hash; generator: Generator } | undefined;

/**
 * Runs a specification in this process. Servers use `runJobInChild`.
 * @throws ColophonError BAD_SPEC, WRONG_BYTES (a file is not the one named), BAD_MODEL, UNSUPPORTED_INPUT, BROKEN_MEDIA
 */
export async function runJobSpec(spec: JobSpec, files: JobFiles, onProgress?: OnProgress): Promise<JobResult> {
  const parsed = jobSpecSchema.safeParse(spec);
  if (!parsed.success) {
    throw new ColophonError("BAD_SPEC", "The specification is not one of schema colophon/job/1.", {
      cause: parsed.error,
    });
  }
  const job = parsed.data;
  checkJobSpec(job);
  const modelSha256 = expectBytes("model", files.model, job.model.sha256 as Hash);
  if (job.input) expectBytes("input", files.input, job.input.sha256 as Hash);
  onProgress?.(0.05);

  const backend = await openWasmBackend();
  if (loaded?.sha256 !== modelSha256) {
    loaded = { sha256: modelSha256, generator: new Generator(backend, readModel(files.model)) };
  }
  onProgress?.(0.2);
  const pixels = await paint(job, loaded.generator, files.input);
  onProgress?.(0.7);
  const png = await markedPng(job, encodePng(pixels));
  onProgress?.(1);
  const engine = { name: ENGINE_NAME, version: ENGINE_VERSION, wasmSha256: backend.wasmSha256, modelSha256 };
  return { png, width: pixels.width, height: pixels.height, engine };
}

/** The picture with its marks. They follow from the specification and the pixels alone, so that anybody gets the same bytes. */
async function markedPng(job: JobSpec, png: Uint8Array): Promise<Uint8Array> {
  return markOutput(png, "image/png", marksOf(job, (await fingerprint(png)).iscc.content));
}

async function paint(job: JobSpec, generator: Generator, input: Uint8Array | undefined): Promise<Pixels> {
  const parameters = { seed: job.seed, ...job.params };
  if (job.task === "generate-image") return generateImage(generator, parameters);
  const bytes = input as Uint8Array;
  const decoded = await decodeInput(bytes);
  if (decoded.kind === "picture") return remixPicture(generator, decoded.picture, parameters);
  return remixText(generator, bytes, decoded.text, parameters);
}

function expectBytes(what: string, bytes: Uint8Array | undefined, sha256: Hash): Hash {
  const found = bytes && sha256Hex(bytes);
  if (found === sha256) return found;
  throw new ColophonError("WRONG_BYTES", `The ${what} is not the file that the specification names.`, {
    data: { what, expected: sha256, found: found ?? null },
  });
}
