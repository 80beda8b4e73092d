/** The wallet: wagmi's connectors for whatever EIP-6963 announces, and nothing else. Loaded on first use. */
import { type Abi, type Chain, createPublicClient, defineChain, type Hex, http, type TransactionReceipt } from "viem";
import { type Connector, createConfig, createStorage } from "wagmi";
import {
  connect,
  disconnect,
  getConnection,
  getConnectors,
  reconnect,
  signMessage,
  switchChain,
  watchConnection,
  watchConnectors,
  writeContract,
} from "wagmi/actions";
import type { PublicConfig } from "../../common/config.ts";
import { VIEWER_COOKIE } from "../data/boot-data.ts";
import { writeCookie } from "../ui/cookie.ts";
import { chainError } from "./chain-error.ts";
import { type Address, setChainState } from "./chain-store.ts";
import { ABIS, ALL_ABI, type ContractName } from "./contracts.ts";
import { WALLET_KEY } from "./load-wallet.ts";

/** Milliseconds between looks for a receipt. */
const LOCAL_POLLING = 200;
const POLLING = 2000;

export type ContractCall = {
  contract: ContractName;
  functionName: string;
  args: readonly unknown[];
  /** Wei sent along. */
  value?: bigint;
};

/** The chain of a deployment, in viem's words. */
export function chainOf(config: PublicConfig): Chain {
  const { chainId } = config.deployment;
  return defineChain({
    id: chainId,
    name: config.local ? "Colophon (local)" : `Chain ${chainId}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [config.rpcUrl] } },
  });
}

export type Wallet = ReturnType<typeof createWallet>;

/** Starts wagmi on the deployment's chain and keeps the page's chain state up to date. */
export function createWallet(config: PublicConfig) {
  const chain = chainOf(config);
  const pollingInterval = config.local ? LOCAL_POLLING : POLLING;
  const wagmi = createConfig({
    chains: [chain],
    transports: { [chain.id]: http(config.rpcUrl) },
    storage: createStorage({ storage: localStorage, key: "colophon.wagmi" }),
    pollingInterval,
  });
  const client = createPublicClient({ chain, transport: http(config.rpcUrl), pollingInterval });

  const follow = () => {
    const connection = getConnection(wagmi);
    const connected = connection.status === "connected" && connection.address !== undefined;
    if (connected) localStorage.setItem(WALLET_KEY, connection.connector?.id ?? "");
    setChainState({
      status: connected ? "connected" : connection.status === "disconnected" ? "disconnected" : "connecting",
      address: connected ? (connection.address?.toLowerCase() as Address) : null,
      chainId: connection.chainId ?? null,
      walletName: connection.connector?.name ?? null,
      settled: connected || connection.status === "disconnected",
    });
    // The next page is rendered for the same account, so that nothing moves when the wallet answers.
    if (connected) writeCookie(VIEWER_COOKIE, connection.address?.toLowerCase() ?? "");
    else if (connection.status === "disconnected") writeCookie(VIEWER_COOKIE, "");
  };
  watchConnection(wagmi, { onChange: follow });

  return {
    client,
    chain,

    /** Wallets announced so far, without wagmi's guess at `window.ethereum` where announced ones exist. */
    connectors: (): readonly Connector[] => getConnectors(wagmi),

    onConnectors: (listener: () => void): (() => void) => watchConnectors(wagmi, { onChange: listener }),

    /** @throws ColophonError `REFUSED` or `CHAIN_ERROR` */
    async connect(connector: Connector): Promise<void> {
      try {
        await connect(wagmi, { connector });
      } catch (error) {
        throw chainError(error);
      }
      follow();
    },

    async disconnect(): Promise<void> {
      localStorage.removeItem(WALLET_KEY);
      await disconnect(wagmi);
      follow();
    },

    /** Picks up the connection of an earlier page, where the wallet still grants it. */
    async reconnect(): Promise<void> {
      await reconnect(wagmi);
      if (getConnection(wagmi).status !== "connected") localStorage.removeItem(WALLET_KEY);
      follow();
    },

    /** Asks the wallet for the deployment's chain, adding it where the wallet does not know it. */
    async switchChain(): Promise<void> {
      try {
        await switchChain(wagmi, { chainId: chain.id });
      } catch (error) {
        throw chainError(error);
      }
      follow();
    },

    async signMessage(message: string): Promise<Hex> {
      try {
        return await signMessage(wagmi, { message });
      } catch (error) {
        throw chainError(error);
      }
    },

    /** Runs the call without sending it. @throws ColophonError with the contract's error name */
    async simulate(call: ContractCall, account: Address): Promise<void> {
      try {
        await client.simulateContract({ ...this.request(call), account } as never);
      } catch (error) {
        throw chainError(error);
      }
    },

    /** Has the wallet send the call; resolves with the hash once the wallet has sent it. */
    async write(call: ContractCall): Promise<Hex> {
      try {
        return await writeContract(wagmi, { ...this.request(call), chainId: chain.id } as never);
      } catch (error) {
        throw chainError(error);
      }
    },

    /** Waits for a block. `replaced` is set when the wallet sent another transaction in its place. */
    async receipt(hash: Hex): Promise<{ receipt: TransactionReceipt; replaced: boolean }> {
      let replaced = false;
      const receipt = await client.waitForTransactionReceipt({
        hash,
        onReplaced: (replacement) => {
          replaced = replacement.reason !== "repriced";
        },
      });
      return { receipt, replaced };
    },

    /** Asks a contract; no wallet takes part. @throws ColophonError as `simulate` */
    async read(call: ContractCall): Promise<unknown> {
      try {
        return await client.readContract(this.request(call));
      } catch (error) {
        throw chainError(error);
      }
    },

    balance: (address: Address): Promise<bigint> => client.getBalance({ address }),

    request(call: ContractCall) {
      return {
        address: config.deployment.contracts[call.contract] as Hex,
        // Errors of every contract: one contract's refusal comes up through another.
        abi: [...ABIS[call.contract], ...ALL_ABI.filter((item) => item.type === "error")] as Abi,
        functionName: call.functionName,
        args: call.args,
        value: call.value,
      };
    },
  };
}
