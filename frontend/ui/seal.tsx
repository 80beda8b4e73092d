import styles from "./seal.module.css";
import { SEAL_EXTENT, sealPath } from "./seal-path.ts";

/** The work's seal. Decorative beside a title; give `label` where it stands for the fingerprint itself. */
export function Seal(props: { fingerprint: string; size?: number; label?: string; className?: string | undefined }) {
  const size = props.size ?? 22;
  const extent = SEAL_EXTENT;
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
