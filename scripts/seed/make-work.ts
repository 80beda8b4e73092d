/** Makes the files of one planned work: what is registered, and what shows or plays it. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { ColophonError } from "../../common/errors.ts";
import type { MediaType } from "../../common/work-kind.ts";
import { PALETTES } from "./art/palettes.ts";
import { encodePng } from "./art/picture.ts";
import { STYLES } from "./art/styles.ts";
import { drawVariation } from "./art/variations.ts";
import type { PlannedWork } from "./catalog/work.ts";
import { compose } from "./music/compose.ts";
import { cover } from "./music/cover.ts";
import { midiFile } from "./music/midi-file.ts";
import { synthesize, waveFile } from "./music/synthesizer.ts";

export type MadeFile = { bytes: Uint8Array; mediaType: MediaType };
export type MadeWork = { file: MadeFile; cover?: MadeFile; preview?: MadeFile };

/**
 * @param source bytes of the licensed parent that a variation is made from
 * @throws ColophonError SEED_NEEDS_SOURCE for a variation without them, SEED_NOT_OURS for what a node makes
 */
export async function makeWork(work: PlannedWork, source?: Uint8Array): Promise<MadeWork> {
  const { recipe } = work;
  switch (recipe.type) {
    case "picture": {
      const [width, height] = recipe.size;
      const brief = { seed: recipe.seed ?? work.key, width, height, palette: PALETTES[recipe.palette] };
      return { file: png(await encodePng(STYLES[recipe.style](brief))) };
    }
    case "melody": {
      const score = compose(work.key, recipe.mood);
      const samples = synthesize(score, work.key);
      return {
        file: { bytes: midiFile(score), mediaType: "audio/midi" },
        cover: png(await encodePng(cover(score, recipe.cover, PALETTES[recipe.palette]))),
        preview: { bytes: waveFile(samples), mediaType: "audio/wav" },
      };
    }
    case "text": {
      const bytes = await readFile(path.join(import.meta.dirname, "texts", recipe.file));
      return { file: { bytes: new Uint8Array(bytes), mediaType: "text/plain" } };
    }
    case "variation": {
      if (!source) throw new ColophonError("SEED_NEEDS_SOURCE", `"${work.key}" is computed from "${recipe.of}".`);
      const [width, height] = recipe.size;
      const brief = { seed: work.key, width, height, palette: PALETTES[recipe.palette] };
      return { file: png(await encodePng(await drawVariation(recipe.variation, source, brief))) };
    }
    default:
      throw new ColophonError("SEED_NOT_OURS", `"${work.key}" is made by a generation node.`);
  }
}

function png(bytes: Uint8Array): MadeFile {
  return { bytes, mediaType: "image/png" };
}
