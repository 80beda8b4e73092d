import { Fragment } from "react";
import type { Recommendation, WorkCard } from "../../common/api/schemas.ts";
import styles from "./gallery.module.css";
import { justifyRows } from "./justify-rows.ts";
import { Loading, Skeleton } from "./skeleton.tsx";
import { pictureRatio } from "./work-picture.tsx";
import { WorkTile } from "./work-tile.tsx";

/** Width that rows are planned for, rem: the page's on a usual screen. Wider and narrower ones scale the same rows. */
const PLANNED_WIDTH = 82;

/**
 * Works in justified rows: every picture keeps its proportions, every row fills the width. Rows are planned here, not
 * measured in the browser, so nothing moves after the first paint; narrow screens wrap freely.
 * @param height wished height of a row, rem
 * @param eager how many pictures load at once; the first of them before everything else when `lead` is set
 */
export function Gallery(props: {
  items: readonly { work: WorkCard; reasons?: Recommendation["reasons"] }[];
  height?: number;
  label?: string;
  level?: 2 | 3;
  eager?: number;
  lead?: boolean;
}) {
  const height = props.height ?? 14;
  const { ends, spare } = justifyRows(
    props.items.map(({ work }) => pictureRatio(work)),
    PLANNED_WIDTH / height,
  );
  return (
    <ul className={styles.gallery} aria-label={props.label}>
      {props.items.map(({ work, reasons }, index) => (
        <Fragment key={work.id}>
          <WorkTile
            work={work}
            reasons={reasons}
            height={height}
            level={props.level}
            priority={index < (props.eager ?? 0) ? (index === 0 && props.lead ? "first" : "eager") : undefined}
          />
          {ends.includes(index) && index < props.items.length - 1 && <li className={styles.end} aria-hidden="true" />}
        </Fragment>
      ))}
      {spare > 0 && <li className={styles.spare} aria-hidden="true" style={{ flexGrow: spare }} />}
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
