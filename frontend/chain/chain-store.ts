/** What the page knows of the reader's wallet, without any wallet code: that is loaded on first use. */
import { useSyncExternalStore } from "react";

export type Address = `0x${string}`;

export type ChainState = {
  status: "disconnected" | "connecting" | "connected";
  /** Lower case. */
  address: Address | null;
  /** Chain the wallet is on. */
  chainId: number | null;
  walletName: string | null;
  /** True once a wallet said whether it is connected; before that the page shows what the server assumed. */
  settled: boolean;
  /** True while transactions of this browser wait for a block or for the index. */
  hasPending: boolean;
  /** True while the wallet dialog is open. */
  dialogOpen: boolean;
};

const START: ChainState = {
  status: "disconnected",
  address: null,
  chainId: null,
  walletName: null,
  settled: false,
  hasPending: false,
  dialogOpen: false,
};

let state = START;
const listeners = new Set<() => void>();

/** Changes the state and tells the page. */
export function setChainState(change: Partial<ChainState>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

export function chainState(): ChainState {
  return state;
}

export function subscribeChain(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The reader's wallet as the page sees it. */
export function useChainState(): ChainState {
  return useSyncExternalStore(
    subscribeChain,
    () => state,
    () => START,
  );
}

/** Opens the wallet dialog and waits until a wallet is connected (its address) or the dialog is closed (null). */
export function requireWallet(): Promise<Address | null> {
  if (state.address) return Promise.resolve(state.address);
  setChainState({ dialogOpen: true });
  return new Promise((resolve) => {
    const stop = subscribeChain(() => {
      if (state.address) {
        stop();
        resolve(state.address);
      } else if (!state.dialogOpen) {
        stop();
        resolve(null);
      }
    });
  });
}
