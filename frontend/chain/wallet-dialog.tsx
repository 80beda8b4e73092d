import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Connector } from "wagmi";
import { hasCode } from "../../common/errors.ts";
import { useConfig } from "../data/boot.tsx";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { useAddressName } from "../ui/address-link.tsx";
import { Avatar } from "../ui/avatar.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { setChainState, useChainState } from "./chain-store.ts";
import { loadWallet } from "./load-wallet.ts";
import type { Wallet } from "./wallet.ts";
import styles from "./wallet-dialog.module.css";

const DEV_ID = "io.colophon.dev.";

const close = () => setChainState({ dialogOpen: false });

/** Chooses a wallet, or shows the connected account. */
export function WalletDialog() {
  const m = useRoomMessages();
  const { address, dialogOpen } = useChainState();
  return (
    <Dialog
      open={dialogOpen}
      onClose={close}
      title={address ? m.wallet.account : m.wallet.title}
      description={address ? undefined : m.wallet.text}
    >
      {address ? <AccountPanel address={address} /> : <WalletList />}
    </Dialog>
  );
}

function useWallet(): Wallet | null {
  const config = useConfig();
  const [wallet, setWallet] = useState<Wallet | null>(null);
  useEffect(() => {
    let current = true;
    void loadWallet(config).then((loaded) => {
      if (current) setWallet(loaded);
    });
    return () => {
      current = false;
    };
  }, [config]);
  return wallet;
}

function WalletList() {
  const m = useRoomMessages();
  const config = useConfig();
  const wallet = useWallet();
  const [connectors, setConnectors] = useState<readonly Connector[]>([]);
  const [waiting, setWaiting] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    if (!wallet) return;
    const read = () => setConnectors(wallet.connectors());
    read();
    return wallet.onConnectors(read);
  }, [wallet]);

  async function choose(connector: Connector) {
    if (!wallet) return;
    setProblem(null);
    setWaiting(connector.name);
    try {
      await wallet.connect(connector);
      close();
    } catch (error) {
      setProblem(
        hasCode(error, "REFUSED")
          ? m.wallet.refused
          : m.wallet.failed(error instanceof Error ? error.message : String(error)),
      );
    } finally {
      setWaiting(null);
    }
  }

  const installed = connectors.filter((connector) => !connector.id.startsWith(DEV_ID));
  const dev = connectors.filter((connector) => connector.id.startsWith(DEV_ID));
  const option = (connector: Connector) => (
    <li key={connector.uid}>
      <button
        type="button"
        className={styles.option}
        data-testid="wallet-option"
        disabled={waiting !== null}
        onClick={() => void choose(connector)}
      >
        {connector.icon && <img src={connector.icon.trim()} alt="" width={24} height={24} />}
        <span>{connector.name}</span>
      </button>
    </li>
  );

  return (
    <>
      <div aria-live="polite">
        {waiting && <p className={styles.waiting}>{m.wallet.connecting(waiting)}</p>}
        {problem && (
          <p className={styles.problem} data-testid="wallet-problem">
            {problem}
          </p>
        )}
      </div>
      {wallet && installed.length > 0 && (
        <section className={styles.section}>
          <h3>{m.wallet.installed}</h3>
          <ul className={styles.options}>{installed.map(option)}</ul>
        </section>
      )}
      {wallet && installed.length === 0 && !config.local && (
        <section className={styles.section}>
          <h3>{m.wallet.none}</h3>
          <p className={styles.note}>{m.wallet.noneText}</p>
        </section>
      )}
      {config.local && (
        <section className={styles.section}>
          <h3>{m.wallet.dev}</h3>
          <p className={styles.note}>{m.wallet.devText}</p>
          <ul className={styles.grid}>{dev.map(option)}</ul>
        </section>
      )}
    </>
  );
}

function AccountPanel(props: { address: `0x${string}` }) {
  const m = useRoomMessages();
  const format = useFormat();
  const config = useConfig();
  const name = useAddressName();
  const wallet = useWallet();
  const { chainId, walletName } = useChainState();
  const [balance, setBalance] = useState<bigint | null>(null);
  const [copied, setCopied] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const wrong = chainId !== null && chainId !== config.deployment.chainId;

  useEffect(() => {
    let current = true;
    wallet?.balance(props.address).then(
      (value) => current && setBalance(value),
      (error: unknown) => current && setProblem(error instanceof Error ? m.refusals.rpc : String(error)),
    );
    return () => {
      current = false;
    };
  }, [wallet, props.address, m]);

  return (
    <div className={styles.account}>
      <div className={styles.who}>
        <Avatar address={props.address} size={44} />
        <div>
          <p className={styles.name}>{name(props.address)}</p>
          <p className={styles.note}>{walletName}</p>
        </div>
      </div>
      <p className={styles.address}>{props.address}</p>
      <dl className={styles.facts}>
        <dt>{m.wallet.balance}</dt>
        <dd>{balance === null ? "…" : format.ether(balance)}</dd>
      </dl>
      {wrong && (
        <div className={styles.problem} role="alert">
          <p>{m.wallet.wrongNetwork}</p>
          <Button
            size="sm"
            look="rubric"
            data-testid="switch-network"
            onClick={() => {
              setProblem(null);
              wallet?.switchChain().catch((error: unknown) => {
                setProblem(hasCode(error, "REFUSED") ? m.wallet.refused : (error as Error).message);
              });
            }}
          >
            {m.wallet.switch(config.local ? m.wallet.localChain : m.wallet.chain(config.deployment.chainId))}
          </Button>
        </div>
      )}
      {problem && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={styles.actions}>
        <Link to="/me" className={buttonClass("plain", "sm")} onClick={close}>
          {m.wallet.desk}
        </Link>
        <Link
          to="/u/$address"
          params={{ address: props.address }}
          className={buttonClass("plain", "sm")}
          onClick={close}
        >
          {m.wallet.profile}
        </Link>
        <Button
          size="sm"
          onClick={() => {
            navigator.clipboard.writeText(props.address).then(
              () => setCopied(true),
              () => setProblem(m.errors.unknown("clipboard")),
            );
          }}
        >
          {copied ? m.state.copied : m.wallet.copy}
        </Button>
        <Button
          size="sm"
          look="quiet"
          data-testid="disconnect"
          onClick={() => {
            void wallet?.disconnect().then(close);
          }}
        >
          {m.wallet.disconnect}
        </Button>
      </div>
    </div>
  );
}
