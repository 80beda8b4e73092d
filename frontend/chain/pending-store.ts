/** Transactions of this browser that wait for a block or for the index; kept over a reload. */

export const PENDING_KEY = "colophon.pending";

/** `label` names the action, see `messages.transaction.labels`. */
export type PendingTransaction = { hash: `0x${string}`; label: string; sentAt: number };

/** Reads what is stored; anything unreadable counts as nothing. */
export function readPending(storage: Pick<Storage, "getItem"> = localStorage): PendingTransaction[] {
  const text = storage.getItem(PENDING_KEY);
  if (!text) return [];
  try {
    const rows: unknown = JSON.parse(text);
    return Array.isArray(rows)
      ? rows.filter((row): row is PendingTransaction => typeof row?.hash === "string" && typeof row?.label === "string")
      : [];
  } catch (error) {
    console.warn("The stored list of pending transactions is damaged and was dropped.", error);
    return [];
  }
}

function write(rows: PendingTransaction[], storage: Pick<Storage, "setItem" | "removeItem">): void {
  if (rows.length > 0) storage.setItem(PENDING_KEY, JSON.stringify(rows.slice(-20)));
  else storage.removeItem(PENDING_KEY);
}

/** Adds one. */
export function addPending(row: PendingTransaction, storage: Storage = localStorage): void {
  write([...readPending(storage).filter((old) => old.hash !== row.hash), row], storage);
}

/** Takes one away; returns what is left. */
export function removePending(hash: string, storage: Storage = localStorage): PendingTransaction[] {
  const rows = readPending(storage).filter((row) => row.hash !== hash);
  write(rows, storage);
  return rows;
}
