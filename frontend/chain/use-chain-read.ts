import { useQuery } from "@tanstack/react-query";
import { useConfig } from "../data/boot.tsx";
import { loadWallet } from "./load-wallet.ts";
import type { ContractCall } from "./wallet.ts";

/** Bigints are no JSON. */
const spelled = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);

/** What a contract answers now, read by the page itself. Null waits. */
export function useChainRead<T>(call: Omit<ContractCall, "value"> | null) {
  const config = useConfig();
  return useQuery({
    queryKey: ["chain", JSON.stringify(call, spelled)],
    enabled: call !== null,
    staleTime: 15_000,
    queryFn: async () => {
      if (!call) throw new Error("asked for nothing");
      return (await (await loadWallet(config)).read(call)) as T;
    },
  });
}
