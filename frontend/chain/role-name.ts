import type { DevRole } from "../../common/dev-wallets.ts";
import type { Messages } from "../messages/en.ts";
import { DEV_ADDRESSES } from "./dev-addresses.ts";

/** Name of a built-in wallet's role in the reader's language. */
export function devRoleName(role: DevRole, m: Messages): string {
  const numbered = /^(creator|buyer)-(\d+)$/.exec(role);
  if (numbered) return m.wallet.roles[numbered[1] as "creator" | "buyer"](numbered[2] ?? "");
  const name = m.wallet.roles[role as keyof Messages["wallet"]["roles"]];
  return typeof name === "string" ? name : role;
}

/** Name of a built-in wallet by its address, or null for any other address. */
export function roleName(address: string, m: Messages): string | null {
  const role = DEV_ADDRESSES[address.toLowerCase()];
  return role ? devRoleName(role, m) : null;
}
