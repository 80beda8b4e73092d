import type { PublicConfig } from "../../common/config.ts";
import type { Messages } from "../messages/en.ts";
import type { Wallet } from "./wallet.ts";

/** Remembers that a wallet was connected, so that the next page loads the wallet code when it has time. */
export const WALLET_KEY = "colophon.wallet";

let wallet: Promise<Wallet> | null = null;

/** Loads the wallet code once; on local chains the built-in wallets with it. */
export function loadWallet(config: PublicConfig, messages: Messages): Promise<Wallet> {
  wallet ??= (async () => {
    const [{ createWallet }] = await Promise.all([
      import("./wallet.ts"),
      config.local ? import("./dev-wallet.ts").then((module) => module.announceDevWallets(config, messages)) : null,
    ]);
    return createWallet(config);
  })();
  wallet.catch(() => {
    wallet = null;
  });
  return wallet;
}
