import type { DevRole } from "../../common/dev-wallets.ts";
import type { FirstMessages } from "../messages/en.ts";
import { DEV_ADDRESSES } from "./dev-addresses.ts";

/** Name of a built-in wallet's role in the reader's language. */
export function devRoleName(role: DevRole, m: FirstMessages): string {
  const numbered = /^(creator|buyer)-(\d+)$/.exec(role);
  if (numbered) return m.account.roles[numbered[1] as "creator" | "buyer"](numbered[2] ?? "");
  const name = m.account.roles[role as keyof FirstMessages["account"]["roles"]];
  return typeof name === "string" ? name : role;
}

/** Name of a built-in wallet by its address, or null for any other address. */
export function roleName(address: string, m: FirstMessages): string | null {
  const role = DEV_ADDRESSES[address.toLowerCase()];
  return role ? devRoleName(role, m) : null;
}
