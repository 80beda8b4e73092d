/** Lays gray pictures of one size out on a sheet, for people to look at. */
import type { Pixels } from "./png.ts";

/**
 * @param pictures count x side x side bytes
 * @param columns pictures per row @param zoom whole-number magnification
 */
export function contactSheet(pictures: Uint8Array, side: number, columns: number, zoom = 1): Pixels {
  const count = Math.floor(pictures.length / (side * side));
  const rows = Math.ceil(count / columns);
  const cell = side * zoom + 2;
  const [width, height] = [columns * cell + 2, rows * cell + 2];
  const data = new Uint8Array(width * height).fill(96);
  for (let n = 0; n < count; n++) {
    const left = (n % columns) * cell + 2;
    const top = Math.floor(n / columns) * cell + 2;
    for (let y = 0; y < side * zoom; y++) {
      for (let x = 0; x < side * zoom; x++) {
        const source = n * side * side + Math.floor(y / zoom) * side + Math.floor(x / zoom);
        data[(top + y) * width + left + x] = pictures[source] as number;
      }
    }
  }
  return { width, height, channels: 1, data };
}
