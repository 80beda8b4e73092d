import { createSiweMessage } from "viem/siwe";
import type { PublicConfig } from "../../common/config.ts";
import { ColophonError } from "../../common/errors.ts";
import { callApi, postJson } from "../data/api-client.ts";
import type { Messages } from "../messages/en-rooms.ts";
import { requireWallet } from "./chain-store.ts";
import { loadWallet } from "./load-wallet.ts";

type SessionAnswer = { address?: string | null; data?: { address?: string | null } };
type NonceAnswer = { nonce?: string; data?: { nonce?: string } };

/** Address of the session's account, or null. */
export async function sessionAddress(): Promise<string | null> {
  const answer = (await callApi("/v1/auth/session")) as SessionAnswer;
  return (answer.data?.address ?? answer.address ?? null)?.toLowerCase() ?? null;
}

/**
 * Makes sure that the server knows the connected account (EIP-4361): one signature, only where no session stands.
 * @returns the account, or null when the person connected no wallet
 * @throws ColophonError `REFUSED` when the signature was declined, else the server's code
 */
export async function signIn(config: PublicConfig, m: Messages): Promise<`0x${string}` | null> {
  const account = await requireWallet();
  if (!account) return null;
  if ((await sessionAddress()) === account) return account;
  const wallet = await loadWallet(config);
  const answer = (await callApi("/v1/auth/nonce", { method: "POST" })) as NonceAnswer;
  const nonce = answer.data?.nonce ?? answer.nonce;
  if (!nonce) throw new ColophonError("BAD_ANSWER", "The server sent no nonce.");
  const { getAddress } = await import("viem");
  const message = createSiweMessage({
    address: getAddress(account),
    chainId: config.deployment.chainId,
    domain: location.host,
    nonce,
    uri: location.origin,
    version: "1",
    statement: m.wallet.signInStatement,
  });
  const signature = await wallet.signMessage(message);
  await postJson("/v1/auth/verify", { message, signature });
  return account;
}
