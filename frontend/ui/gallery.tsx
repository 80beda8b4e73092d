import { Fragment } from "react";
import type { Recommendation, WorkCard } from "../../common/api/schemas.ts";
import styles from "./gallery.module.css";
import { justifyRows, widthShares } from "./justify-rows.ts";
import { Loading, Skeleton } from "./skeleton.tsx";
import { pictureRatio } from "./work-picture.tsx";
import { WorkTile } from "./work-tile.tsx";

/** Width that rows are planned for, rem: the page's on a usual screen. Wider and narrower ones scale the same rows. */
const PLANNED_WIDTH = 82;

/** Share of a narrow row up to which the small preview is sharp enough on a phone. */
const HALF = 0.62;

/** Total ratio of a row on a narrow screen: usually two pictures. */
const NARROW_ROW = 2.1;

/**
 * Works in justified rows: every picture keeps its proportions, every row fills the width. Rows are planned here, for wide
 * and for narrow screens, and not measured in the browser: nothing moves after the first paint, and the browser knows how
 * large each picture will be before it fetches it.
 * @param height wished height of a row on a usual screen, rem
 * @param lead true where these are the page's first pictures: the first row is fetched before everything else
 */
export function Gallery(props: {
  items: readonly { work: WorkCard; reasons?: Recommendation["reasons"] }[];
  height?: number;
  label?: string;
  level?: 2 | 3;
  lead?: boolean;
}) {
  const ratios = props.items.map(({ work }) => pictureRatio(work));
  const wide = justifyRows(ratios, PLANNED_WIDTH / (props.height ?? 14));
  const narrow = justifyRows(ratios, NARROW_ROW);
  const wideShares = widthShares(ratios, wide);
  const narrowShares = widthShares(ratios, narrow);
  const last = props.items.length - 1;
  const firstRow = narrow.ends[0] ?? 0;
  return (
    <ul className={styles.gallery} aria-label={props.label}>
      {props.items.map(({ work, reasons }, index) => (
        <Fragment key={work.id}>
          <WorkTile
            work={work}
            reasons={reasons}
            sizes={pictureSizes(wideShares[index] ?? 1, narrowShares[index] ?? 1)}
            level={props.level}
            priority={props.lead && index <= firstRow ? "first" : undefined}
          />
          {index < last && wide.ends.includes(index) && (
            <li className={`${styles.end} ${styles.wide}`} aria-hidden="true" />
          )}
          {index < last && narrow.ends.includes(index) && (
            <li className={`${styles.end} ${styles.narrow}`} aria-hidden="true" />
          )}
        </Fragment>
      ))}
      {wide.spare > 0 && (
        <li className={`${styles.spare} ${styles.wide}`} aria-hidden="true" style={{ flexGrow: wide.spare }} />
      )}
      {narrow.spare > 0 && (
        <li className={`${styles.spare} ${styles.narrow}`} aria-hidden="true" style={{ flexGrow: narrow.spare }} />
      )}
    </ul>
  );
}

/** CSS `sizes` of a picture with these shares of the page's width; a little less than true, so that a step is not missed by a hair. */
function pictureSizes(wide: number, narrow: number): string {
  const vw = narrow <= HALF ? 44 : Math.floor(narrow * 84);
  return `(max-width: 760px) ${vw}vw, (max-width: 1600px) ${Math.floor(wide * 89)}vw, ${Math.floor(wide * 1410)}px`;
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
