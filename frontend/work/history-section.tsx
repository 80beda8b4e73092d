import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { HistoryEntry } from "../../common/api/schemas.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { lookup } from "../i18n/lookup.ts";
import { AddressLink } from "../ui/address-link.tsx";
import { Button } from "../ui/button.tsx";
import styles from "./history-section.module.css";
import { WorkSection } from "./work-section.tsx";

const SHOWN = 8;

/** What happened to a work, newest first, each line with the transaction that states it. */
export function HistorySection(props: { history: HistoryEntry[] }) {
  const m = useRoomMessages();
  const [all, setAll] = useState(false);
  const rows = [...props.history].sort(
    (a, b) => b.evidence.block - a.evidence.block || b.evidence.logIndex - a.evidence.logIndex,
  );
  return (
    <WorkSection title={m.work.history} lead={m.work.historyLead}>
      <HistoryList rows={all ? rows : rows.slice(0, SHOWN)} />
      {!all && rows.length > SHOWN && (
        <Button size="sm" className={styles.more} onClick={() => setAll(true)}>
          {m.state.more} ({rows.length - SHOWN})
        </Button>
      )}
    </WorkSection>
  );
}

/** Entries as lines with date, event, actor, amount and evidence. */
export function HistoryList(props: { rows: HistoryEntry[] }) {
  const m = useRoomMessages();
  const format = useFormat();
  return (
    <ol className={styles.list}>
      {props.rows.map((row) => {
        const amount = row.params.price ?? row.params.amount;
        return (
          <li key={`${row.evidence.tx}-${row.evidence.logIndex}-${row.type}`} className={styles.row}>
            <time dateTime={new Date(row.time * 1000).toISOString()} className={styles.date}>
              {format.date(row.time)}
            </time>
            <span className={styles.event}>
              {lookup(m.history, row.type) ?? row.evidence.event}
              {amount !== undefined && /^\d+$/.test(amount) && (
                <span className={styles.amount}> {format.ether(amount)}</span>
              )}
            </span>
            <span className={styles.actor}>{row.actor && <AddressLink address={row.actor} />}</span>
            <Link to="/tx/$hash" params={{ hash: row.evidence.tx }} className={styles.evidence}>
              {row.evidence.event} · {m.tx.block} {format.number(row.evidence.block)}
            </Link>
          </li>
        );
      })}
    </ol>
  );
}
