import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import type { TransactionReceipt } from "viem";
import type { Meta } from "../../common/api/schemas.ts";
import { useConfig } from "../data/boot.tsx";
import { callApi } from "../data/api-client.ts";
import { useRoomMessages } from "../i18n/i18n-context.tsx";
import { lookup } from "../i18n/lookup.ts";
import type { Messages } from "../messages/en-rooms.ts";
import { chainState, requireWallet, setChainState } from "./chain-store.ts";
import { loadWallet } from "./load-wallet.ts";
import { addPending, removePending } from "./pending-store.ts";
import type { ContractCall } from "./wallet.ts";
import { writeErrorSentence } from "./write-error-sentence.ts";

export type TransactionLabel = keyof Messages["transaction"]["labels"];

/** Life of one write, from the press of a button to the index. */
export type TransactionState =
  | { phase: "idle" }
  | { phase: "preparing" | "wallet" }
  | { phase: "sent"; hash: `0x${string}` }
  | { phase: "mined" | "indexed"; hash: `0x${string}`; block: number }
  | { phase: "refused" | "replaced" }
  | { phase: "reverted" | "failed"; reason: string; hash?: `0x${string}` };

/** True while the write is under way. */
export function isBusy(state: TransactionState): boolean {
  return ["preparing", "wallet", "sent"].includes(state.phase);
}

/** A page that was left does not show the write any more; the banner of pending transactions does. */
function show(alive: { current: boolean }, set: (state: TransactionState) => void, state: TransactionState): void {
  if (alive.current) set(state);
}

/** Milliseconds between looks at the index, and until we stop telling that it is behind. */
const INDEX_POLLING = 250;
const INDEX_PATIENCE = 60_000;

/** Resolves once the index has reached a block; false when it did not within a minute. */
export async function indexReached(block: number, signal?: AbortSignal): Promise<boolean> {
  const end = performance.now() + INDEX_PATIENCE;
  while (performance.now() < end) {
    if (signal?.aborted) return false;
    const { meta } = (await callApi("/v1/status")) as { meta: Meta };
    if (meta.indexedBlock >= block) return true;
    await new Promise((resolve) => setTimeout(resolve, INDEX_POLLING));
  }
  return false;
}

/**
 * One write to the chain, with all its states. `send` checks the call first, asks the wallet, waits for the block and
 * resolves with the receipt as soon as there is one (null when nothing was written); the state goes on to "indexed" by
 * itself, and every query is then read anew.
 */
export function useTransaction(label: TransactionLabel) {
  const m = useRoomMessages();
  const config = useConfig();
  const queryClient = useQueryClient();
  const [state, setState] = useState<TransactionState>({ phase: "idle" });
  const alive = useRef(true);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);

  const followIndex = useCallback(
    async (hash: `0x${string}`, block: number) => {
      if (await indexReached(block)) {
        setChainState({ hasPending: removePending(hash).length > 0 });
        show(alive, setState, { phase: "indexed", hash, block });
      }
      await queryClient.invalidateQueries();
    },
    [queryClient],
  );

  const send = useCallback(
    async (call: ContractCall): Promise<TransactionReceipt | null> => {
      let hash: `0x${string}` | undefined;
      try {
        const account = await requireWallet();
        if (!account) return null;
        show(alive, setState, { phase: "preparing" });
        const wallet = await loadWallet(config);
        if (chainState().chainId !== config.deployment.chainId) await wallet.switchChain();
        await wallet.simulate(call, account);
        show(alive, setState, { phase: "wallet" });
        hash = await wallet.write(call);
        addPending({ hash, label, sentAt: Date.now() });
        show(alive, setState, { phase: "sent", hash });
        const { receipt, replaced } = await wallet.receipt(hash);
        if (replaced || receipt.status === "reverted") {
          setChainState({ hasPending: removePending(hash).length > 0 });
          if (replaced) show(alive, setState, { phase: "replaced" });
          else show(alive, setState, { phase: "reverted", hash, reason: m.refusals.named("revert") });
          return null;
        }
        const block = Number(receipt.blockNumber);
        show(alive, setState, { phase: "mined", hash, block });
        followIndex(hash, block).catch((error: unknown) => {
          // The write is done; only the view is late. It stays listed as pending and is followed again after a reload.
          console.warn("The index could not be asked.", error);
        });
        return receipt;
      } catch (cause) {
        const { chainError } = await import("./chain-error.ts");
        const error = chainError(cause);
        if (hash) setChainState({ hasPending: removePending(hash).length > 0 });
        if (error.code === "REFUSED") show(alive, setState, { phase: "refused" });
        else {
          const reverted = lookup(m.refusals.contract, error.code) !== null;
          show(alive, setState, {
            phase: reverted ? "reverted" : "failed",
            reason: writeErrorSentence(error, m),
            hash,
          });
        }
        return null;
      }
    },
    [config, followIndex, label, m],
  );

  const reset = useCallback(() => show(alive, setState, { phase: "idle" }), []);
  return { state, send, reset };
}
