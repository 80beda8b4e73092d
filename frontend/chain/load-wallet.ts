import type { PublicConfig } from "../../common/config.ts";
import { loadRooms } from "../i18n/load-rooms.ts";
import type { Wallet } from "./wallet.ts";

/** Remembers that a wallet was connected, so that the next page loads the wallet code when it has time. */
export const WALLET_KEY = "colophon.wallet";

let wallet: Promise<Wallet> | null = null;

/** Loads the wallet code once; on local chains the built-in wallets with it. */
export function loadWallet(config: PublicConfig): Promise<Wallet> {
  wallet ??= (async () => {
    const [{ createWallet }] = await Promise.all([
      import("./wallet.ts"),
      config.local
        ? Promise.all([import("./dev-wallet.ts"), loadRooms()]).then(([module, messages]) =>
            module.announceDevWallets(config, messages),
          )
        : null,
    ]);
    return createWallet(config);
  })();
  wallet.catch(() => {
    wallet = null;
  });
  return wallet;
}
