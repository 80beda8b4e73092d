import styles from "./seal.module.css";

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

/** The work's seal. Decorative beside a title; give `label` where it stands for the fingerprint itself. */
export function Seal(props: { fingerprint: string; size?: number; label?: string; className?: string | undefined }) {
  const size = props.size ?? 22;
  const extent = SIDE * 2 + GAP;
  return (
    <svg
      className={`${styles.seal} ${props.className ?? ""}`}
      width={size}
      height={size}
      viewBox={`-1.6 -1.6 ${extent + 3.2} ${extent + 3.2}`}
      role={props.label ? "img" : undefined}
      aria-label={props.label}
      aria-hidden={props.label ? undefined : true}
    >
      <rect x="-1.6" y="-1.6" width={extent + 3.2} height={extent + 3.2} rx="1.2" className={styles.ground} />
      <path d={sealPath(props.fingerprint)} className={styles.strokes} />
    </svg>
  );
}
