/** Strokes per side of one character, and the gap between characters in strokes. */
const SIDE = 8;
const GAP = 1.2;

/**
 * Path of a work's seal: the fingerprint's 256 bits as four characters of 8 by 8 strokes, read as Chinese seals are, top to
 * bottom and right to left: title, content, data, exact bytes. Runs of set bits in a row become one stroke.
 * @param fingerprint 32 bytes as 0x and 64 hex digits
 */
export function sealPath(fingerprint: string): string {
  const digits = fingerprint.slice(2);
  const strokes: string[] = [];
  for (let unit = 0; unit < 4; unit++) {
    const left = unit < 2 ? SIDE + GAP : 0;
    const top = unit % 2 === 0 ? 0 : SIDE + GAP;
    for (let row = 0; row < SIDE; row++) {
      const bits = Number.parseInt(digits.slice(unit * 16 + row * 2, unit * 16 + row * 2 + 2), 16);
      let start = -1;
      for (let column = 0; column <= SIDE; column++) {
        const set = column < SIDE && ((bits >> (7 - column)) & 1) === 1;
        if (set && start < 0) start = column;
        if (!set && start >= 0) {
          strokes.push(`M${round(left + start)} ${round(top + row)}h${column - start}v1h${start - column}z`);
          start = -1;
        }
      }
    }
  }
  return strokes.join("");
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Side of the whole path's box. */
export const SEAL_EXTENT = SIDE * 2 + GAP;
