import type { ReactNode } from "react";
import { Loading, Skeleton } from "./skeleton.tsx";
import styles from "./gallery.module.css";

/** Rows of works. */
export function Gallery(props: { children: ReactNode; label?: string }) {
  return (
    <ul className={styles.gallery} aria-label={props.label}>
      {props.children}
    </ul>
  );
}

const RATIOS = [1.3, 0.8, 1, 1.5, 0.75, 1.2, 1, 0.9];

/** A gallery that is still loading, in about its final size. */
export function GallerySkeleton(props: { count?: number; height?: number }) {
  const height = props.height ?? 15;
  return (
    <Loading className={styles.gallery}>
      {Array.from({ length: props.count ?? 8 }, (_, index) => {
        const ratio = RATIOS[index % RATIOS.length] ?? 1;
        return (
          <div key={index} className={styles.place} style={{ flex: `${ratio} 1 ${ratio * height}rem` }}>
            <Skeleton ratio={ratio} height="auto" />
            <Skeleton width="70%" />
          </div>
        );
      })}
    </Loading>
  );
}
