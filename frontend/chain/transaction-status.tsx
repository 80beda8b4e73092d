import { Link } from "@tanstack/react-router";
import { useRoomMessages } from "../i18n/i18n-context.tsx";
import styles from "./transaction-status.module.css";
import type { TransactionState } from "./use-transaction.ts";

/** Says in one line where a write stands. Announced to screen readers as it changes. */
export function TransactionStatus(props: { state: TransactionState }) {
  const m = useRoomMessages();
  const { state } = props;
  const text = sentence(state, m);
  const bad = ["refused", "reverted", "failed", "replaced"].includes(state.phase);
  return (
    <div className={styles.live} aria-live="polite" data-testid="transaction" data-phase={state.phase}>
      {text && (
        <p className={styles.status} data-tone={bad ? "bad" : state.phase === "indexed" ? "good" : undefined}>
          <span>{text}</span>
          {"hash" in state && state.hash && (
            <Link to="/tx/$hash" params={{ hash: state.hash }} className={styles.hash}>
              {m.transaction.hash} {state.hash.slice(0, 10)}…
            </Link>
          )}
        </p>
      )}
    </div>
  );
}

function sentence(state: TransactionState, m: ReturnType<typeof useRoomMessages>): string | null {
  switch (state.phase) {
    case "idle":
      return null;
    case "mined":
      return m.transaction.mined(state.block);
    case "reverted":
      return m.state.labelled(m.transaction.reverted, state.reason);
    case "failed":
      return m.state.labelled(m.transaction.failed, state.reason);
    default:
      return m.transaction[state.phase];
  }
}
