import { useMessages } from "../i18n/i18n-context.tsx";
import styles from "./skeleton.module.css";

/** Place of a line or block that is still loading, in its final size. */
export function Skeleton(props: { width?: string; height?: string; ratio?: number }) {
  return (
    <span
      aria-hidden="true"
      className={styles.skeleton}
      style={{ width: props.width ?? "100%", height: props.height, aspectRatio: props.ratio }}
    />
  );
}

/** Wraps skeletons with one word for those who cannot see them. */
export function Loading(props: { children: React.ReactNode; className?: string | undefined }) {
  const m = useMessages();
  return (
    <div className={props.className} aria-live="polite" aria-busy="true">
      <span className="visually-hidden">{m.state.loading}</span>
      {props.children}
    </div>
  );
}
