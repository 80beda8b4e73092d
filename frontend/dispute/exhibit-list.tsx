import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Dispute } from "../../common/api/schemas.ts";
import { useConfig } from "../data/boot.tsx";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { AddressLink } from "../ui/address-link.tsx";
import { Button } from "../ui/button.tsx";
import { errorSentence } from "../ui/error-sentence.ts";
import styles from "./disputes.module.css";
import { readStatement, statementCid } from "./read-statement.ts";

/** What was brought forward, each with who and when; a statement is fetched, checked and shown when it is asked for. */
export function ExhibitList(props: { dispute: Dispute }) {
  const m = useRoomMessages();
  const { exhibits, exhibitCount } = props.dispute;
  return (
    <section className={styles.exhibits}>
      <h4>{m.dispute.statements}</h4>
      {exhibits.length === 0 && <p className={styles.note}>{m.dispute.noStatements}</p>}
      <ul>
        {exhibits.map((exhibit) => (
          <Exhibit key={`${exhibit.evidence.block}-${exhibit.evidence.logIndex}`} exhibit={exhibit} />
        ))}
      </ul>
      {exhibitCount > exhibits.length && (
        <p className={styles.note}>{m.dispute.moreStatements(exhibitCount - exhibits.length)}</p>
      )}
    </section>
  );
}

type State =
  | { phase: "idle" | "reading" }
  | { phase: "read"; text: string; lang: string }
  | { phase: "failed"; reason: string };

function Exhibit(props: { exhibit: Dispute["exhibits"][number] }) {
  const { party, uri, time, evidence } = props.exhibit;
  const m = useRoomMessages();
  const format = useFormat();
  const { gatewayUrl } = useConfig();
  const [state, setState] = useState<State>({ phase: "idle" });
  const cid = statementCid(uri);

  async function read() {
    if (!cid) return;
    setState({ phase: "reading" });
    try {
      setState({ phase: "read", ...(await readStatement(gatewayUrl, cid)) });
    } catch (error) {
      setState({ phase: "failed", reason: errorSentence(error, m) });
    }
  }

  return (
    <li className={styles.exhibit} data-testid="exhibit">
      <p className={styles.row}>
        <AddressLink address={party} />
        <Link to="/tx/$hash" params={{ hash: evidence.tx }} className={styles.note}>
          {format.date(time)}
        </Link>
        {cid && state.phase !== "read" && (
          <Button
            size="sm"
            look="quiet"
            busy={state.phase === "reading"}
            disabled={state.phase === "reading"}
            data-testid="read-statement"
            onClick={() => void read()}
          >
            {state.phase === "reading" ? m.dispute.reading : m.dispute.readStatement}
          </Button>
        )}
      </p>
      {/* An address that a stranger wrote is shown and never followed. */}
      {!cid && (
        <p className={styles.note}>
          {m.dispute.unreadable} <code className={styles.uri}>{uri}</code>
        </p>
      )}
      <div aria-live="polite">
        {state.phase === "read" && (
          <blockquote className={styles.statement} lang={state.lang}>
            {state.text}
          </blockquote>
        )}
        {state.phase === "failed" && <p className={styles.problem}>{m.work.verifyUnavailable(state.reason)}</p>}
      </div>
    </li>
  );
}
