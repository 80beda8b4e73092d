import { Link } from "@tanstack/react-router";
import { useConfig } from "../data/boot.tsx";
import { useMessages } from "../i18n/i18n-context.tsx";
import type { FirstMessages } from "../messages/en.ts";
import { roleName } from "../chain/role-name.ts";
import { Avatar } from "./avatar.tsx";
import styles from "./address-link.module.css";

/** First and last digits of an address. */
export function shortAddress(address: string): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`;
}

/** What people call an address: on a local chain the built-in wallet's role, else its digits. */
export function addressName(address: string, local: boolean, m: FirstMessages): string {
  return (local && roleName(address, m)) || shortAddress(address);
}

/** Hook form of `addressName`. */
export function useAddressName(): (address: string) => string {
  const m = useMessages();
  const { local } = useConfig();
  return (address) => addressName(address, local, m);
}

/** A maker, owner, buyer or operator, with the way to their page. */
export function AddressLink(props: { address: string; size?: number; plain?: boolean }) {
  const name = useAddressName();
  return (
    <Link to="/u/$address" params={{ address: props.address }} className={styles.link} title={props.address}>
      {!props.plain && <Avatar address={props.address} size={props.size ?? 18} />}
      <span>{name(props.address)}</span>
    </Link>
  );
}
