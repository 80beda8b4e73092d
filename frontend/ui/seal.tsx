import styles from "./seal.module.css";
import { CHARACTER_EXTENT, contentPath, SEAL_EXTENT, sealPath } from "./seal-path.ts";

/** Smallest size at which four characters can be told apart, pixels. */
const WHOLE = 40;
const MARGIN = 1.6;

/**
 * The work's seal; small ones show the content's character only. Decorative beside a title; give `label` where it stands
 * for the fingerprint itself.
 */
export function Seal(props: { fingerprint: string; size?: number; label?: string; className?: string | undefined }) {
  const size = props.size ?? 22;
  const whole = size >= WHOLE;
  const box = (whole ? SEAL_EXTENT : CHARACTER_EXTENT) + 2 * MARGIN;
  return (
    <svg
      className={`${styles.seal} ${props.className ?? ""}`}
      width={size}
      height={size}
      viewBox={`${-MARGIN} ${-MARGIN} ${box} ${box}`}
      role={props.label ? "img" : undefined}
      aria-label={props.label}
      aria-hidden={props.label ? undefined : true}
    >
      <path d={whole ? sealPath(props.fingerprint) : contentPath(props.fingerprint)} className={styles.strokes} />
    </svg>
  );
}
