/** Built-in wallets for local chains only: the widely known test mnemonic, so nobody mistakes them for safe ones. */
export const DEV_MNEMONIC = "test test test test test test test test test test test junk";

/** Chain id of the local chain. */
export const LOCAL_CHAIN_ID = 31337;

/** What each built-in wallet is for; `index` is the last step of m/44'/60'/0'/0/index. */
export const DEV_WALLETS = [
  { index: 0, role: "deployer" },
  { index: 1, role: "operator" },
  { index: 2, role: "creator-1" },
  { index: 3, role: "creator-2" },
  { index: 4, role: "creator-3" },
  { index: 5, role: "creator-4" },
  { index: 6, role: "creator-5" },
  { index: 7, role: "creator-6" },
  { index: 8, role: "buyer-1" },
  { index: 9, role: "buyer-2" },
  { index: 10, role: "buyer-3" },
  { index: 11, role: "buyer-4" },
  { index: 12, role: "buyer-5" },
  { index: 13, role: "buyer-6" },
  { index: 14, role: "guest-creator" },
  { index: 15, role: "guest-buyer" },
  { index: 16, role: "journey-creator" },
  { index: 17, role: "journey-buyer" },
] as const;

export type DevRole = (typeof DEV_WALLETS)[number]["role"];
