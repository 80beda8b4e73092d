/** Runs conformance vectors in the format of iscc-core's `data.json` against this library. */
import {
  audioCodeV0,
  dataCodeV0,
  imageCodeV0,
  instanceCodeV0,
  isccCodeV0,
  metaCodeV0,
  mixedCodeV0,
  textCodeV0,
  videoCodeV0,
} from "./v0.ts";

/** Vectors by function name, then by vector name. Byte inputs are written `stream:` and hex. */
export type VectorFile = Record<string, Record<string, { inputs: never[]; outputs: Record<string, unknown> }>>;

export type VectorReport = {
  total: number;
  passed: number;
  byType: Record<string, { total: number; passed: number }>;
  failures: { name: string; expected: unknown; got: unknown }[];
};

type Metadata = Record<string, unknown> | string | null;

/** Functions of a vector file, by their name there. */
const FUNCTIONS: Record<string, (...inputs: never[]) => object> = {
  gen_meta_code_v0: (name: string, description: string | null, meta: Metadata, bits: number) =>
    metaCodeV0({ name, ...(description ? { description } : {}), ...(meta ? { meta } : {}) }, bits),
  gen_text_code_v0: (text: string, bits: number) => textCodeV0(text, bits),
  gen_image_code_v0: (pixels: number[], bits: number) => imageCodeV0(Uint8Array.from(pixels), bits),
  gen_audio_code_v0: (chromaprint: number[], bits: number) => audioCodeV0(Int32Array.from(chromaprint), bits),
  gen_video_code_v0: (frames: number[][], bits: number) => videoCodeV0(frames, bits),
  gen_mixed_code_v0: (units: string[], bits: number) => mixedCodeV0(units, bits),
  gen_data_code_v0: (stream: string, bits: number) => dataCodeV0(streamBytes(stream), bits),
  gen_instance_code_v0: (stream: string, bits: number) => instanceCodeV0(streamBytes(stream), bits),
  gen_iscc_code_v0: (units: string[]) => isccCodeV0(units),
};

/**
 * A vector passes when every output it states, not only the code, equals ours, and a vector of a function that is not
 * known fails. `_metadata` is no vector.
 */
export function evalVectors(file: VectorFile): VectorReport {
  const report: VectorReport = { total: 0, passed: 0, byType: {}, failures: [] };
  for (const [section, vectors] of Object.entries(file)) {
    if (section.startsWith("_")) continue;
    const type = section.replace(/^gen_(.*?)(?:_code)?_v\d+$/u, "$1");
    const counts = (report.byType[type] = { total: 0, passed: 0 });
    for (const [name, { inputs, outputs }] of Object.entries(vectors)) {
      const got = run(section, inputs);
      const stated = Object.fromEntries(Object.keys(outputs).map((key) => [key, got[key]]));
      counts.total++;
      if (JSON.stringify(stated) === JSON.stringify(outputs)) counts.passed++;
      else report.failures.push({ name: `${section}.${name}`, expected: outputs, got: "error" in got ? got : stated });
    }
    report.total += counts.total;
    report.passed += counts.passed;
  }
  return report;
}

function run(section: string, inputs: never[]): Record<string, unknown> {
  try {
    const generate = FUNCTIONS[section];
    if (!generate) throw new Error(`no function ${section}`);
    return generate(...inputs) as Record<string, unknown>;
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function streamBytes(stream: string): Uint8Array {
  const hex = stream.replace(/^stream:/u, "");
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
