/** SHA-256 of one picture per style and variation; as a program, prints them as JSON. */
import { sha256Hex } from "../../common/digest.ts";
import { PALETTES } from "../../scripts/seed/art/palettes.ts";
import { encodePng } from "../../scripts/seed/art/picture.ts";
import { STYLES } from "../../scripts/seed/art/styles.ts";
import { drawVariation, VARIATIONS, type VariationName } from "../../scripts/seed/art/variations.ts";

export const SIZE = { width: 320, height: 240 };

export async function pictureHashes(): Promise<Record<string, string>> {
  const out: Record<string, string> = {};
  for (const [name, style] of Object.entries(STYLES)) {
    out[name] = sha256Hex(await encodePng(style({ seed: "one", ...SIZE, palette: PALETTES.harbour })));
  }
  const source = await encodePng(STYLES["paper-ridges"]({ seed: "one", ...SIZE, palette: PALETTES.ember }));
  for (const name of Object.keys(VARIATIONS) as VariationName[]) {
    const brief = { seed: "one", ...SIZE, palette: PALETTES.lagoon };
    out[name] = sha256Hex(await encodePng(await drawVariation(name, source, brief)));
  }
  return out;
}

if (import.meta.main) console.log(JSON.stringify(await pictureHashes()));
