import { lazy, Suspense, useEffect } from "react";
import { useConfig } from "../data/boot.tsx";
import { useMessages } from "../i18n/i18n-context.tsx";
import { loadRooms } from "../i18n/load-rooms.ts";
import { useAddressName } from "../ui/address-link.tsx";
import { Avatar } from "../ui/avatar.tsx";
import { useHydrated } from "../ui/use-hydrated.ts";
import { setChainState, useChainState } from "./chain-store.ts";
import { loadWallet, WALLET_KEY } from "./load-wallet.ts";
import { PENDING_KEY } from "./pending-store.ts";
import styles from "./wallet-button.module.css";

const loadDialog = async () => (await Promise.all([import("./wallet-dialog.tsx"), loadRooms()]))[0];
const WalletDialog = lazy(() => loadDialog().then((module) => ({ default: module.WalletDialog })));

/** Connects a wallet, or shows the connected account. Wallet code loads on the first touch, or when idle after a visit. */
export function WalletButton() {
  const m = useMessages();
  const config = useConfig();
  const { address, dialogOpen, status, chainId } = useChainState();
  const name = useAddressName();
  const hydrated = useHydrated();
  const wrongNetwork = status === "connected" && chainId !== null && chainId !== config.deployment.chainId;

  useEffect(() => {
    if (localStorage.getItem(PENDING_KEY)) setChainState({ hasPending: true });
    if (!localStorage.getItem(WALLET_KEY)) return;
    const resume = () => void loadWallet(config).then((wallet) => wallet.reconnect());
    // Safari has no requestIdleCallback.
    if ("requestIdleCallback" in window) {
      const handle = requestIdleCallback(resume, { timeout: 1500 });
      return () => cancelIdleCallback(handle);
    }
    const handle = setTimeout(resume, 200);
    return () => clearTimeout(handle);
  }, [config]);

  return (
    <>
      <button
        type="button"
        className={address ? styles.account : styles.connect}
        data-testid="connect"
        disabled={!hydrated}
        data-wrong-network={wrongNetwork || undefined}
        aria-haspopup="dialog"
        onPointerEnter={() => void loadDialog()}
        onClick={() => setChainState({ dialogOpen: true })}
      >
        {address ? (
          <>
            <Avatar address={address} size={20} />
            <span className={styles.name}>{name(address)}</span>
          </>
        ) : (
          m.account.connect
        )}
      </button>
      {dialogOpen && (
        <Suspense fallback={null}>
          <WalletDialog />
        </Suspense>
      )}
    </>
  );
}
