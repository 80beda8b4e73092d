import { Link } from "@tanstack/react-router";
import type { Recommendation, WorkCard } from "../../common/api/schemas.ts";
import { useFormat, useMessages } from "../i18n/i18n-context.tsx";
import { useAddressName } from "./address-link.tsx";
import { PlayButton } from "./play-button.tsx";
import { Seal } from "./seal.tsx";
import { WhyButton } from "./why-button.tsx";
import { pictureRatio, WorkPicture } from "./work-picture.tsx";
import styles from "./work-tile.module.css";

/** Price line of a card. */
export function useCardPrice(): (work: WorkCard) => string {
  const m = useMessages();
  const format = useFormat();
  return (work) => {
    if (work.price === null) return m.card.noOffer;
    return BigInt(work.price) === 0n ? m.card.free : format.ether(work.price);
  };
}

/** A work on a shelf: the picture, and one quiet caption. */
export function WorkTile(props: {
  work: WorkCard;
  reasons?: Recommendation["reasons"];
  priority?: "first" | "eager" | undefined;
  /** Level of its heading: 3 below a shelf's heading. */
  level?: 2 | 3;
  /** CSS `sizes` of its picture. */
  sizes: string;
}) {
  const { work } = props;
  const Heading = `h${props.level ?? 3}` as const;
  const m = useMessages();
  const name = useAddressName();
  const price = useCardPrice();
  return (
    <li className={styles.tile} style={{ "--grow": pictureRatio(work) } as React.CSSProperties} data-testid="work-tile">
      <article className={styles.article}>
        <Link to="/works/$id" params={{ id: work.id }} className={styles.media} tabIndex={-1} aria-hidden="true">
          <WorkPicture work={work} sizes={props.sizes} priority={props.priority} decorative />
          {work.aiGenerated && <span className={styles.badge}>{m.card.aiShort}</span>}
        </Link>
        {work.kind === "music" && <PlayButton work={work} className={styles.play} />}
        <div className={styles.caption}>
          <Seal fingerprint={work.fingerprint} size={26} className={styles.seal} />
          <div className={styles.text}>
            <Heading className={styles.title} lang={work.lang}>
              <Link to="/works/$id" params={{ id: work.id }}>
                {work.title || m.card.untitled}
              </Link>
            </Heading>
            <p className={styles.facts}>
              <Link to="/u/$address" params={{ address: work.creator }} className={styles.maker}>
                {name(work.creator)}
              </Link>
              <span className={styles.price}>{price(work)}</span>
            </p>
          </div>
          {props.reasons && props.reasons.length > 0 && <WhyButton title={work.title} reasons={props.reasons} />}
        </div>
      </article>
    </li>
  );
}
