/**
 * The file a model's weights travel in: `CLPHMDL1`, header length (uint32), header (JSON), zero padding to a multiple
 * of 4, then each tensor's values in header order, little endian. Readers trust nothing in it.
 */
import { z } from "zod";
import { canonicalBytes } from "../../common/canonical-json.ts";
import { ColophonError } from "../../common/errors.ts";
import { fromHalf, toHalf } from "./half-float.ts";

export const MODEL_MAGIC = "CLPHMDL1";

/** Limits of a model file: bytes, tensors, values. */
export const MODEL_LIMITS = { bytes: 8 * 1024 * 1024, headerBytes: 64 * 1024, tensors: 64, values: 4_000_000 } as const;

const tensorSchema = z
  .object({
    name: z.string().regex(/^[a-z0-9./_-]{1,64}$/),
    shape: z.array(z.number().int().min(1).max(65_536)).min(1).max(4),
    /** `f16` is binary16, decoded exactly. */
    dtype: z.enum(["f32", "f16"]),
  })
  .strict();

export const modelHeaderSchema = z
  .object({
    name: z.string().min(1).max(80),
    /** What the tensors mean; a node runs only architectures it knows. */
    architecture: z.enum(["seed-gan-generator/1"]),
    license: z.string().min(1).max(80),
    /** How the weights came to be: enough to train them again. */
    training: z
      .object({
        data: z.string().max(400),
        images: z.number().int().nonnegative(),
        steps: z.number().int().nonnegative(),
        batch: z.number().int().positive(),
        seed: z.string().max(128),
        averaging: z.number().min(0).max(1),
        margin: z.number().min(0).max(1),
        framework: z.string().max(80),
      })
      .strict(),
    tensors: z.array(tensorSchema).min(1).max(MODEL_LIMITS.tensors),
  })
  .strict();

export type ModelHeader = z.infer<typeof modelHeaderSchema>;

/** Tensors by name, float32, row-major. */
export type Weights = Record<string, { shape: number[]; data: Float32Array }>;

export type ModelFile = { header: ModelHeader; weights: Weights };

const refuse = (message: string, data: Record<string, unknown> = {}, cause?: unknown): ColophonError =>
  new ColophonError("BAD_MODEL", message, { data, cause });

const valuesOf = (shape: readonly number[]): number => shape.reduce((n, side) => n * side, 1);

/**
 * Reads a model file.
 * @throws ColophonError BAD_MODEL for anything but a whole, well-formed file within the limits with finite weights
 */
export function readModel(bytes: Uint8Array): ModelFile {
  if (bytes.length > MODEL_LIMITS.bytes) throw refuse("The model file is too large.", { bytes: bytes.length });
  if (bytes.length < 12 || String.fromCharCode(...bytes.subarray(0, 8)) !== MODEL_MAGIC) {
    throw refuse("This is not a model file.");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getUint32(8, true);
  if (headerBytes > MODEL_LIMITS.headerBytes || 12 + headerBytes > bytes.length) {
    throw refuse("The model's header is cut off or too long.", { headerBytes });
  }
  const header = parseHeader(bytes.subarray(12, 12 + headerBytes));
  const names = new Set(header.tensors.map((tensor) => tensor.name));
  if (names.size !== header.tensors.length) throw refuse("Two tensors share a name.");
  const total = header.tensors.reduce((n, tensor) => n + valuesOf(tensor.shape), 0);
  if (total > MODEL_LIMITS.values) throw refuse("The model has too many weights.", { values: total });

  let at = align(12 + headerBytes);
  const weights: Weights = {};
  for (const { name, shape, dtype } of header.tensors) {
    const count = valuesOf(shape);
    const size = count * (dtype === "f16" ? 2 : 4);
    if (at + size > bytes.length) throw refuse("The model file is cut off.", { tensor: name });
    const data = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      data[i] = dtype === "f16" ? fromHalf(view.getUint16(at + 2 * i, true)) : view.getFloat32(at + 4 * i, true);
      if (!Number.isFinite(data[i])) throw refuse("A weight is not a finite number.", { tensor: name, index: i });
    }
    weights[name] = { shape: [...shape], data };
    at = align(at + size);
  }
  if (at !== bytes.length) throw refuse("Bytes follow the last tensor.", { extra: bytes.length - at });
  return { header, weights };
}

function parseHeader(bytes: Uint8Array): ModelHeader {
  try {
    return modelHeaderSchema.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch (cause) {
    throw refuse("The model's header does not say what a header must say.", {}, cause);
  }
}

/** Writes a model file; `header.tensors` says the order and the precision. Equal inputs give equal bytes. */
export function writeModel({ header, weights }: ModelFile): Uint8Array {
  const head = canonicalBytes(modelHeaderSchema.parse(header));
  const start = align(12 + head.length);
  const sizes = header.tensors.map((tensor) => align(valuesOf(tensor.shape) * (tensor.dtype === "f16" ? 2 : 4)));
  const out = new Uint8Array(sizes.reduce((n, size) => n + size, start));
  const view = new DataView(out.buffer);
  for (let i = 0; i < 8; i++) out[i] = MODEL_MAGIC.charCodeAt(i);
  view.setUint32(8, head.length, true);
  out.set(head, 12);
  let at = start;
  header.tensors.forEach(({ name, shape, dtype }, index) => {
    const tensor = weights[name];
    if (tensor?.data.length !== valuesOf(shape)) throw refuse("A tensor of the header has no such data.", { name });
    tensor.data.forEach((value, i) => {
      if (dtype === "f16") view.setUint16(at + 2 * i, toHalf(value), true);
      else view.setFloat32(at + 4 * i, value, true);
    });
    at += sizes[index] as number;
  });
  return out;
}

const align = (n: number): number => (n + 3) & ~3;
