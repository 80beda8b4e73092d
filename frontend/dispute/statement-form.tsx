import { useState } from "react";
import { ColophonError } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import { TransactionStatus } from "../chain/transaction-status.tsx";
import { isBusy, type TransactionLabel, useTransaction } from "../chain/use-transaction.ts";
import type { ContractCall } from "../chain/wallet.ts";
import { useConfig } from "../data/boot.tsx";
import { useRoomMessages } from "../i18n/i18n-context.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { stepProblem } from "./step-problem.ts";
import styles from "./disputes.module.css";
import { type StoredStatement, storeStatement } from "./store-statement.ts";

/** Words for a dispute: stored under the hash of their bytes, then named on chain by the call that is made of their name. */
export function StatementForm(props: {
  label: TransactionLabel;
  button: string;
  callOf: (stored: StoredStatement) => ContractCall;
  onClose: () => void;
}) {
  const m = useRoomMessages();
  const config = useConfig();
  const submit = useTransaction(props.label);
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [storing, setStoring] = useState(false);
  const busy = storing || isBusy(submit.state);
  const done = submit.state.phase === "mined" || submit.state.phase === "indexed";

  async function onSubmit() {
    const { length } = text.trim();
    const found =
      length === 0 || length > LIMITS.statementChars ? m.dispute.invalid.statement(LIMITS.statementChars) : null;
    setProblem(found);
    if (found) return;
    setStoring(true);
    try {
      const stored = await storeStatement(text, config, m);
      setStoring(false);
      if (stored) await submit.send(props.callOf(stored));
    } catch (error) {
      setStoring(false);
      if (!(error instanceof ColophonError)) throw error;
      setProblem(stepProblem(error, m));
    }
  }

  return (
    <form
      className={styles.form}
      data-testid="statement-form"
      onSubmit={(event) => {
        event.preventDefault();
        void onSubmit();
      }}
    >
      {!done && (
        <Field label={m.dispute.statement} hint={m.dispute.statementHint}>
          {(id, hint) => (
            <textarea
              id={id}
              aria-describedby={hint}
              maxLength={LIMITS.statementChars}
              value={text}
              data-testid="statement"
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
      )}
      {problem && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      <div className={styles.row}>
        {!done && (
          <Button type="submit" size="sm" busy={busy} disabled={busy} data-testid="submit-statement">
            {props.button}
          </Button>
        )}
        <Button size="sm" look="quiet" onClick={props.onClose}>
          {done ? m.state.close : m.dispute.cancel}
        </Button>
        {storing && (
          <span className={styles.note} aria-live="polite">
            {m.dispute.storing}…
          </span>
        )}
      </div>
      <TransactionStatus state={submit.state} />
    </form>
  );
}
