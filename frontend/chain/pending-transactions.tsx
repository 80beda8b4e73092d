import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useConfig } from "../data/boot.tsx";
import { useRoomMessages } from "../i18n/i18n-context.tsx";
import { lookup } from "../i18n/lookup.ts";
import { setChainState } from "./chain-store.ts";
import { loadWallet } from "./load-wallet.ts";
import { type PendingTransaction, readPending, removePending } from "./pending-store.ts";
import styles from "./pending-transactions.module.css";
import { indexReached } from "./use-transaction.ts";

/** Follows transactions that an earlier page sent, until the index has them. */
export function PendingTransactions() {
  const m = useRoomMessages();
  const config = useConfig();
  const queryClient = useQueryClient();
  const [rows, setRows] = useState<PendingTransaction[]>(() => readPending());

  useEffect(() => {
    const abort = new AbortController();
    const follow = async (row: PendingTransaction) => {
      const wallet = await loadWallet(config);
      const { receipt } = await wallet.receipt(row.hash);
      await indexReached(Number(receipt.blockNumber), abort.signal);
      if (abort.signal.aborted) return;
      const left = removePending(row.hash);
      setRows(left);
      setChainState({ hasPending: left.length > 0 });
      await queryClient.invalidateQueries();
    };
    const pending = readPending();
    if (pending.length === 0) setChainState({ hasPending: false });
    for (const row of pending) {
      follow(row).catch((error: unknown) => {
        // A chain that was reset does not know the transaction; it stays listed until it is dismissed.
        console.warn("A pending transaction could not be followed.", error);
      });
    }
    return () => abort.abort();
  }, [config, queryClient]);

  if (rows.length === 0) return null;
  return (
    <aside className={styles.bar} aria-label={m.transaction.pendingTitle} data-testid="pending">
      <strong>{m.transaction.pendingTitle}</strong>
      <ul>
        {rows.map((row) => (
          <li key={row.hash}>
            <Link to="/tx/$hash" params={{ hash: row.hash }}>
              {lookup(m.transaction.labels, row.label) ?? m.transaction.hash}
            </Link>
            <button
              type="button"
              onClick={() => {
                const left = removePending(row.hash);
                setRows(left);
                setChainState({ hasPending: left.length > 0 });
              }}
            >
              {m.transaction.dismiss}
            </button>
          </li>
        ))}
      </ul>
    </aside>
  );
}
