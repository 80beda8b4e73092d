import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Dispute, WorkCard, WorkDetail } from "../../common/api/schemas.ts";
import { useRenderTime } from "../data/boot.tsx";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { AddressLink } from "../ui/address-link.tsx";
import { WorkPicture } from "../ui/work-picture.tsx";
import { DisputeActions } from "./dispute-actions.tsx";
import styles from "./disputes.module.css";
import { ExhibitList } from "./exhibit-list.tsx";

/** One dispute: what is claimed, where it stands, what was brought forward, and what can be done now. */
export function DisputeCard(props: { dispute: Dispute; work: WorkDetail }) {
  const { dispute, work } = props;
  const m = useRoomMessages();
  const format = useFormat();
  const now = useRenderTime();
  const words = m.dispute;
  const late = dispute.status !== "ended" && now > dispute.deadline;
  const standing =
    dispute.status === "ended"
      ? words.rulings[dispute.byDefault ? "default" : (dispute.ruling ?? "none")]
      : late
        ? words.late[dispute.status]
        : words.statuses[dispute.status](`${format.dateTime(dispute.deadline)} UTC`);
  const facts: [string, ReactNode][] = [
    [words.claimant, <AddressLink key="c" address={dispute.claimant} />],
    [words.respondent, <AddressLink key="r" address={dispute.respondent} />],
    [words.bond, format.ether(dispute.bond)],
    [
      words.asks,
      <ul key="a">
        {dispute.asked.map((effect) => (
          <li key={effect}>{words.effects[effect]}</li>
        ))}
      </ul>,
    ],
  ];
  const otherName = dispute.claim in words.other ? words.other[dispute.claim as keyof typeof words.other] : words.about;
  return (
    <article
      className={styles.card}
      data-testid="dispute"
      data-dispute-id={dispute.id}
      data-status={dispute.status}
      aria-labelledby={`dispute-${dispute.id}`}
    >
      <header className={styles.head}>
        <h3 id={`dispute-${dispute.id}`}>{words.claims[dispute.claim].told}</h3>
        <p className={styles.status} data-status={dispute.status}>
          {words.states[dispute.status]}
          <small>
            {words.number(dispute.id)} ·{" "}
            <Link to="/tx/$hash" params={{ hash: dispute.opened.tx }}>
              {format.date(dispute.openedAt)}
            </Link>
          </small>
        </p>
      </header>
      <div className={styles.body}>
        <div className={styles.works}>
          {dispute.workId !== null && dispute.workId !== work.id && (
            <NamedWork label={words.about} id={dispute.workId} card={dispute.work} />
          )}
          {dispute.otherWorkId !== null && dispute.otherWorkId !== work.id && (
            <NamedWork label={otherName} id={dispute.otherWorkId} card={dispute.otherWork} />
          )}
        </div>
        <dl className={styles.facts}>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
      <p className={styles.standing} data-testid="dispute-standing">
        {dispute.holds ? m.state.sentences(standing, words.hold) : standing}
      </p>
      {(dispute.status !== "ended" || dispute.exhibitCount > 0) && <ExhibitList dispute={dispute} />}
      <DisputeActions dispute={dispute} />
    </article>
  );
}

/** The other side's work, small. */
export function NamedWork(props: { label: string; id: string; card: WorkCard | null }) {
  const m = useRoomMessages();
  const { card } = props;
  return (
    <figure className={styles.named}>
      {card && (
        <span className={styles.thumb}>
          <WorkPicture work={card} sizes="96px" decorative />
        </span>
      )}
      <figcaption>
        <span className={styles.note}>{props.label}</span>
        <Link to="/works/$id" params={{ id: props.id }} lang={card?.lang}>
          {card?.title || m.why.workNumber(props.id)}
        </Link>
        {card && <AddressLink address={card.creator} plain />}
      </figcaption>
    </figure>
  );
}
