import { type Hash, type Hex, createPublicClient, http } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { DEV_MNEMONIC, LOCAL_CHAIN_ID } from "../../common/dev-wallets.ts";

export const account = (index: number) => mnemonicToAccount(DEV_MNEMONIC, { addressIndex: index });

export const clientOf = (url: string) =>
  createPublicClient({ chain: foundry, transport: http(url, { retryCount: 0 }), pollingInterval: 10 });

/** A signed transfer of `value` wei from built-in wallet `index`. */
export function signTransfer(index: number, nonce: number, to: Hex, value: bigint): Promise<Hex> {
  return account(index).signTransaction({
    type: "eip1559",
    chainId: LOCAL_CHAIN_ID,
    nonce,
    to,
    value,
    gas: 21_000n,
    maxFeePerGas: 10n ** 10n,
    maxPriorityFeePerGas: 1n,
  });
}

type Answer = { result?: unknown; error?: { code: number; message: string; data?: unknown } };

/** One JSON-RPC call; the answer as it came. */
export async function rpc(url: string, method: string, params: unknown[] = []): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  return (await response.json()) as Answer;
}

/** @throws Error for an error answer */
export async function call<T>(url: string, method: string, params: unknown[] = []): Promise<T> {
  const { result, error } = await rpc(url, method, params);
  if (error) throw new Error(`${method}: ${error.message}`);
  return result as T;
}

export const send = (url: string, raw: Hex): Promise<Hash> => call<Hash>(url, "eth_sendRawTransaction", [raw]);
