import type { WorkCard } from "../../common/api/schemas.ts";
import { useMessages } from "../i18n/i18n-context.tsx";
import { previewUrl } from "./preview-url.ts";
import { Seal } from "./seal.tsx";
import styles from "./work-picture.module.css";

const WIDTHS = [320, 640, 1280] as const;

/** Width over height of what stands for a work; texts and works without a picture have a page's or a seal's shape. */
export function pictureRatio(work: WorkCard): number {
  if (work.preview && work.previewSize) {
    return Math.min(2.6, Math.max(0.5, work.previewSize.width / work.previewSize.height));
  }
  return work.excerpt ? 0.8 : 1;
}

/** Candidates for `srcset`, one per width we make. */
function sourceSet(preview: string): string {
  return WIDTHS.map((width) => `${previewUrl(preview, width)} ${width}w`).join(", ");
}

/**
 * What stands for a work: its picture with its own proportions and mean color until it is there, a text's first lines set
 * as type, or the seal.
 * @param sizes CSS `sizes` of the place it fills
 * @param priority "first" fetches at once and before others, "eager" at once, else when it comes near
 */
export function WorkPicture(props: {
  work: WorkCard;
  sizes: string;
  priority?: "first" | "eager" | undefined;
  decorative?: boolean;
}) {
  const { work, priority } = props;
  const m = useMessages();
  const style = { "--ratio": pictureRatio(work), "--mean": work.color ?? undefined } as React.CSSProperties;
  const title = work.title || m.card.untitled;
  if (work.preview) {
    return (
      <span className={styles.frame} style={style}>
        <img
          src={previewUrl(work.preview, 640)}
          srcSet={sourceSet(work.preview)}
          sizes={props.sizes}
          alt={props.decorative ? "" : m.card.pictureOf(title, m.kinds[work.kind])}
          width={work.previewSize?.width}
          height={work.previewSize?.height}
          loading={priority ? "eager" : "lazy"}
          fetchPriority={priority === "first" ? "high" : undefined}
          decoding={priority ? "sync" : "async"}
        />
      </span>
    );
  }
  if (work.excerpt) {
    return (
      <span className={`${styles.frame} ${styles.page}`} style={style}>
        <span className={styles.excerpt} lang={work.lang} aria-hidden={props.decorative || undefined}>
          {work.excerpt}
        </span>
      </span>
    );
  }
  return (
    <span className={`${styles.frame} ${styles.blank}`} style={style}>
      <Seal fingerprint={work.fingerprint} size={96} label={props.decorative ? undefined : title} />
    </span>
  );
}
