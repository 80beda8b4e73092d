/** Compositing of cut sheets of paper, back to front, with the shadow that each throws on those behind. */
import type { Rgb } from "./color.ts";

/**
 * One sheet.
 * @property inside how far a pixel lies inside the sheet, in pixels; negative outside (an estimate is enough)
 * @property color of a row of the sheet
 * @property shadow softness and reach of the shadow, pixels
 */
export type Sheet = {
  inside: (x: number, y: number) => number;
  color: (y: number) => Rgb;
  shadow: number;
};

/** Depth inside a sheet from which nothing behind it can show, pixels. */
const OPAQUE = 3;

/** RGB pixels of the stack on a ground; light from the upper left. Costs at most width x height x sheets. */
export function stackSheets(
  width: number,
  height: number,
  ground: (y: number) => Rgb,
  sheets: readonly Sheet[],
): Uint8Array {
  const out = new Uint8Array(width * height * 3);
  const depth = new Float64Array(sheets.length);
  for (let y = 0; y < height; y++) {
    const back = ground(y);
    const colors = sheets.map((sheet) => sheet.color(y));
    for (let x = 0; x < width; x++) {
      let first = sheets.length - 1;
      for (; first >= 0; first--) {
        const d = (sheets[first] as Sheet).inside(x, y);
        depth[first] = d;
        if (d > OPAQUE) break;
      }
      const base = first < 0 ? back : (colors[first] as Rgb);
      let r = base[0];
      let g = base[1];
      let b = base[2];
      for (let k = first + 1; k < sheets.length; k++) {
        const sheet = sheets[k] as Sheet;
        const d = depth[k] as number;
        if (d < 0.5) {
          const s = sheet.inside(x - sheet.shadow * 0.35, y - sheet.shadow * 0.35) / sheet.shadow + 1;
          if (s > 0) {
            const t = Math.min(1, s);
            const light = 1 - 0.42 * t * t;
            r *= light;
            g *= light;
            b *= Math.min(1, light * 1.02);
          }
        }
        if (d > -0.5) {
          const own = colors[k] as Rgb;
          const rim = d < 2.2 ? 0.16 : 0;
          const cover = Math.min(1, d + 0.5);
          r += (own[0] + (255 - own[0]) * rim - r) * cover;
          g += (own[1] + (252 - own[1]) * rim - g) * cover;
          b += (own[2] + (244 - own[2]) * rim - b) * cover;
        }
      }
      const i = (y * width + x) * 3;
      out[i] = r;
      out[i + 1] = g;
      out[i + 2] = b;
    }
  }
  return out;
}
