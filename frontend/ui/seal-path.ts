/** Strokes per side of one character, and the gap between characters in strokes. */
const SIDE = 8;
const GAP = 1.2;

/** Side of the box of a whole seal, and of one character. */
export const SEAL_EXTENT = SIDE * 2 + GAP;
export const CHARACTER_EXTENT = SIDE;

/** The character for the content: works that look alike have nearly the same. */
const CONTENT = 1;

/**
 * Path of a work's seal: the fingerprint's 256 bits as four characters of 8 by 8 strokes, read as Chinese seals are, top to
 * bottom and right to left: title, content, data, exact bytes. To be stroked one unit wide: a run of set bits is one line.
 * @param fingerprint 32 bytes as 0x and 64 hex digits
 */
export function sealPath(fingerprint: string): string {
  return [0, 1, 2, 3]
    .map((unit) => character(fingerprint, unit, unit < 2 ? SIDE + GAP : 0, unit % 2 === 0 ? 0 : SIDE + GAP))
    .join("");
}

/** Path of the seal's second character alone, for small sizes. */
export function contentPath(fingerprint: string): string {
  return character(fingerprint, CONTENT, 0, 0);
}

function character(fingerprint: string, unit: number, left: number, top: number): string {
  let path = "";
  for (let row = 0; row < SIDE; row++) {
    const at = 2 + unit * 16 + row * 2;
    const bits = Number.parseInt(fingerprint.slice(at, at + 2), 16);
    let start = -1;
    for (let column = 0; column <= SIDE; column++) {
      const set = column < SIDE && ((bits >> (7 - column)) & 1) === 1;
      if (set && start < 0) start = column;
      if (!set && start >= 0) {
        path += `M${round(left + start)} ${round(top + row + 0.5)}h${column - start}`;
        start = -1;
      }
    }
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
