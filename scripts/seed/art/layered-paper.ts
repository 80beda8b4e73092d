/** Compositing of cut sheets of paper, back to front, with the shadow that each throws on those behind. */
import { mixRgb, type Rgb } from "./color.ts";

/**
 * One sheet.
 * @property inside how far a pixel lies inside the sheet, in pixels; negative outside (an estimate is enough)
 * @property color of a pixel of the sheet
 */
export type Sheet = {
  inside: (x: number, y: number) => number;
  color: (x: number, y: number) => Rgb;
  /** Softness and reach of the shadow, pixels; 0 = none. */
  shadow: number;
};

/** RGB pixels of the stack on a ground; light from the upper left. Costs width x height x sheets. */
export function stackSheets(
  width: number,
  height: number,
  ground: (x: number, y: number) => Rgb,
  sheets: readonly Sheet[],
): Uint8Array {
  const out = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let color = ground(x, y);
      for (const sheet of sheets) {
        const d = sheet.inside(x, y);
        if (d < 0.5 && sheet.shadow > 0) {
          const s = sheet.inside(x - sheet.shadow * 0.35, y - sheet.shadow * 0.35) / sheet.shadow + 1;
          if (s > 0) {
            const t = Math.min(1, s);
            const dark = 1 - 0.42 * t * t;
            color = [color[0] * dark, color[1] * dark, color[2] * dark * 1.02];
          }
        }
        if (d > -0.5) {
          const own = sheet.color(x, y);
          const rim = d < 2.2 ? 0.16 : 0;
          const lit: Rgb = rim > 0 ? mixRgb(own, [255, 252, 244], rim) : own;
          color = mixRgb(color, lit, Math.min(1, d + 0.5));
        }
      }
      const i = (y * width + x) * 3;
      out[i] = Math.min(255, color[0]);
      out[i + 1] = Math.min(255, color[1]);
      out[i + 2] = Math.min(255, color[2]);
    }
  }
  return out;
}
