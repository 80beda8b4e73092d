import { decodeFunctionData, type Hex } from "viem";
import type { PublicConfig } from "../../common/config.ts";
import type { Terms } from "../../common/terms.ts";
import { createFormat, etherText } from "../i18n/format.ts";
import { lookup } from "../i18n/lookup.ts";
import type { Messages } from "../messages/en-rooms.ts";
import { licenseWords } from "../ui/license-words.ts";
import { ABIS, contractAt } from "./contracts.ts";

/** Rows that say in plain words what a transaction does: action, contract, payment, arguments. */
export function describeCall(
  call: { to?: string; data?: Hex; value?: string },
  config: PublicConfig,
  m: Messages,
): [string, string][] {
  const words = m.wallet.devConfirm;
  const value = BigInt(call.value ?? "0x0");
  const paid: [string, string] = [words.value, `${etherText(value)} ETH`];
  const contract = contractAt(config.deployment.contracts, call.to);
  if (!contract || !call.data) return [[words.to, call.to ?? "—"], paid];
  const { functionName, args } = decodeFunctionData({ abi: ABIS[contract], data: call.data });
  const sentence = licenseSentence(args, m);
  return [
    [words.action, lookup(m.transaction.labels, labelOf(contract, functionName)) ?? functionName],
    [words.to, `${contract}.${functionName}`],
    paid,
    ...(sentence ? [[m.work.terms, sentence] as [string, string]] : []),
    [words.arguments, shown(args)],
  ];
}

/** Disputes share the names of their steps with jobs. */
function labelOf(contract: string, functionName: string): string {
  return contract === "DisputeModule" ? `${functionName}Dispute` : functionName;
}

/** The license that a call offers, in the words that its buyers will read; null where it offers none. */
function licenseSentence(args: readonly unknown[] | undefined, m: Messages): string | null {
  const objects = (args ?? []).filter((value) => value !== null && typeof value === "object");
  const terms = objects.find((value): value is Terms => "derivativeShare" in value && "flags" in value);
  const offer = objects.find((value): value is { price: bigint } => "price" in value && "supply" in value);
  if (!terms || !offer) return null;
  const words = licenseWords(terms, offer.price, m, createFormat(m.locale));
  return `${m.license.sentence(words)} ${words.lasts}`;
}

/** Arguments as short text: names where the ABI gives them, digests cut. */
function shown(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "string") return value.length > 24 ? `${value.slice(0, 10)}…${value.slice(-6)}` : value;
  if (Array.isArray(value)) return value.length === 0 ? "[]" : value.map(shown).join(", ");
  if (value !== null && typeof value === "object") {
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${key}: ${shown(inner)}`)
      .join(", ")} }`;
  }
  return String(value);
}
