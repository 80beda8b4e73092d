import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Lookalike } from "../../common/api/schemas.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { AddressLink } from "./address-link.tsx";
import styles from "./lookalike-list.module.css";
import { Seal } from "./seal.tsx";
import { shownVerdict } from "./shown-verdict.ts";
import { WorkPicture } from "./work-picture.tsx";

/** Registered works that resemble a file, beside the file itself. */
export function LookalikeList(props: { lookalikes: Lookalike[]; own: ReactNode; ownFingerprint: string }) {
  const m = useRoomMessages();
  const format = useFormat();
  return (
    <ul className={styles.list}>
      {props.lookalikes.map(({ work, verdict, distance, bits, verified }) => (
        <li
          key={work.id}
          className={styles.pair}
          data-testid="lookalike"
          data-verdict={shownVerdict({ verdict, verified })}
          data-verified={verified}
        >
          <p className={styles.verdict}>
            {m.create.verdicts[shownVerdict({ verdict, verified })]}
            {verdict !== "same-file" && (
              <small>
                {verified ? m.create.verified : `${m.create.distance(distance, bits)}, ${m.create.unverified}`}
              </small>
            )}
          </p>
          <figure>
            <div className={styles.picture}>{props.own}</div>
            <figcaption>
              <Seal fingerprint={props.ownFingerprint} size={30} />
              <span>{m.create.yours}</span>
            </figcaption>
          </figure>
          <figure>
            <div className={styles.picture}>
              <WorkPicture work={work} sizes="(max-width: 640px) 45vw, 320px" />
            </div>
            <figcaption>
              <Seal fingerprint={work.fingerprint} size={30} />
              <span>
                <Link to="/works/$id" params={{ id: work.id }} lang={work.lang}>
                  {work.title}
                </Link>
                <br />
                <AddressLink address={work.creator} plain /> · {format.date(work.registeredAt)}
              </span>
            </figcaption>
          </figure>
        </li>
      ))}
    </ul>
  );
}
