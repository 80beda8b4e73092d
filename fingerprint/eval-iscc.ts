/**
 * Counts how many public ISCC conformance vectors we reproduce: `node fingerprint/eval-iscc.ts data.json`.
 * The file is `iscc_core/data.json` of github.com/iscc/iscc-core; it is not part of this repository.
 */
import { readFile } from "node:fs/promises";
import { composeIsccCode } from "./iscc/iscc-code.ts";
import { dataUnit } from "./iscc/data-unit.ts";
import { imageUnit } from "./iscc/image-unit.ts";
import { instanceUnit } from "./iscc/instance-unit.ts";
import { metaUnit } from "./iscc/meta-unit.ts";
import { textUnit } from "./iscc/text-unit.ts";

type Vector = { inputs: never[]; outputs: { iscc: string } };

const FUNCTIONS: Record<string, (...inputs: never[]) => string> = {
  gen_meta_code_v0: (name: string, description: string, meta: string | Record<string, unknown> | null, bits: number) =>
    metaUnit({ name, description, ...(meta ? { meta } : {}) }, bits),
  gen_text_code_v0: (text: string, bits: number) => textUnit(text, bits),
  gen_image_code_v0: (pixels: number[], bits: number) => imageUnit(Uint8Array.from(pixels), bits),
  gen_data_code_v0: (stream: string, bits: number) => dataUnit(streamBytes(stream), bits),
  gen_instance_code_v0: (stream: string, bits: number) => instanceUnit(streamBytes(stream), bits),
  gen_iscc_code_v0: (units: string[]) => composeIsccCode(units),
};

function streamBytes(stream: string): Uint8Array {
  const hex = stream.replace(/^stream:/u, "");
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

const file = process.argv[2];
if (!file) throw new Error("usage: node fingerprint/eval-iscc.ts data.json");
const sections = JSON.parse(await readFile(file, "utf8")) as Record<string, Record<string, Vector>>;
let failed = 0;
for (const [name, generate] of Object.entries(FUNCTIONS)) {
  const vectors = Object.entries(sections[name] ?? {});
  const wrong = vectors.filter(([, { inputs, outputs }]) => generate(...inputs) !== outputs.iscc);
  failed += wrong.length;
  console.log(`${name}: ${vectors.length - wrong.length} of ${vectors.length}`);
  for (const [title, { inputs, outputs }] of wrong)
    console.log(`  ${title}: ${generate(...inputs)}, not ${outputs.iscc}`);
}
process.exitCode = failed ? 1 : 0;
