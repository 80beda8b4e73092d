/** The journey's way to the chain: reads, and transactions that are sent once even if the journey is cut off. */
import {
  BaseError,
  type Address,
  createPublicClient,
  decodeErrorResult,
  defineChain,
  type Hex,
  http,
  isHex,
  keccak256,
  type PublicClient,
  TransactionReceiptNotFoundError,
  type TransactionReceipt,
} from "viem";
import { mnemonicToAccount, type HDAccount } from "viem/accounts";
import { jobMarketAbi } from "../../common/abi/JobMarket.ts";
import { licenseTokenAbi } from "../../common/abi/LicenseToken.ts";
import { royaltyLedgerAbi } from "../../common/abi/RoyaltyLedger.ts";
import { workRegistryAbi } from "../../common/abi/WorkRegistry.ts";
import type { PublicConfig } from "../../common/config.ts";
import { DEV_MNEMONIC, DEV_WALLETS, type DevRole } from "../../common/dev-wallets.ts";
import { ColophonError } from "../../common/errors.ts";
import { patientFetch } from "./patient-fetch.ts";
import type { JourneyRecord } from "./record.ts";

/** The chain's own coin as a currency. */
export const COIN: Address = `0x${"00".repeat(20)}`;

/** Where signed transactions are kept. */
export type Outbox = Pick<JourneyRecord, "transaction" | "keepTransaction">;
export type Call = { to: Address; data: Hex; value?: bigint };
export type Contracts = Record<keyof PublicConfig["deployment"]["contracts"], Address>;

const ABIS = [licenseTokenAbi, workRegistryAbi, jobMarketAbi, royaltyLedgerAbi] as const;
/** Room above the estimate: state may change between estimate and inclusion. Percent. */
const GAS_MARGIN = 125n;

/** Built-in wallet of a local chain. */
export function walletOf(role: DevRole): HDAccount {
  const wallet = DEV_WALLETS.find((row) => row.role === role);
  if (!wallet) throw new ColophonError("UNKNOWN_WALLET", `There is no built-in wallet "${role}".`);
  return mnemonicToAccount(DEV_MNEMONIC, { addressIndex: wallet.index });
}

export class JourneyChain {
  readonly client: PublicClient;
  readonly contracts: Contracts;
  readonly deployBlock: bigint;
  readonly #chainId: number;

  constructor({ rpcUrl, deployment }: PublicConfig) {
    const chain = defineChain({
      id: deployment.chainId,
      name: "market",
      nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
      rpcUrls: { default: { http: [rpcUrl] } },
    });
    const transport = http(rpcUrl, { fetchFn: patientFetch(), retryCount: 0, timeout: 120_000 });
    this.client = createPublicClient({ chain, transport, pollingInterval: 50, cacheTime: 0 });
    this.contracts = deployment.contracts as Contracts;
    this.#chainId = deployment.chainId;
    this.deployBlock = BigInt(deployment.deployBlock);
  }

  /**
   * Sends a call once: the signed transaction is on disk before it leaves, so that a journey cut off anywhere finds
   * its receipt, or sends the same bytes again. Throws `TRANSACTION_REVERTED` with the contract's error.
   */
  async send(record: Outbox, name: string, role: DevRole, call: Call): Promise<TransactionReceipt> {
    const known = record.transaction(name);
    if (known) {
      const receipt = await this.#sendAgain(known);
      if (receipt) return this.#checked(name, receipt);
    }
    const account = walletOf(role);
    const gas = await this.client.estimateGas({ account, ...call }).catch((error: unknown) => {
      throw revertOf(name, error);
    });
    const [nonce, fees] = await Promise.all([
      this.client.getTransactionCount({ address: account.address, blockTag: "pending" }),
      this.client.estimateFeesPerGas(),
    ]);
    const raw = await account.signTransaction({
      type: "eip1559",
      chainId: this.#chainId,
      nonce,
      gas: (gas * GAS_MARGIN) / 100n,
      ...fees,
      ...call,
    });
    const transaction = { hash: keccak256(raw), raw };
    await record.keepTransaction(name, transaction);
    const receipt = await this.#sendAgain(transaction);
    if (!receipt) throw new ColophonError("TRANSACTION_LOST", `The chain did not take the transaction "${name}".`);
    return this.#checked(name, receipt);
  }

  /** Receipt of a signed transaction, which is sent if the chain does not know it; null if it can never be included. */
  async #sendAgain({ hash, raw }: { hash: Hex; raw: Hex }): Promise<TransactionReceipt | null> {
    const found = await this.#receiptOf(hash);
    if (found) return found;
    try {
      await this.client.sendRawTransaction({ serializedTransaction: raw });
    } catch (error) {
      // A node that has it already says so; one whose nonce was taken by another transaction never will.
      if (!(error instanceof BaseError)) throw error;
      const text = error.details.toLowerCase();
      if (text.includes("nonce too low")) return await this.#receiptOf(hash);
      if (!text.includes("already")) throw error;
    }
    return await this.client.waitForTransactionReceipt({ hash, timeout: 60_000 });
  }

  async #receiptOf(hash: Hex): Promise<TransactionReceipt | null> {
    try {
      return await this.client.getTransactionReceipt({ hash });
    } catch (error) {
      if (error instanceof TransactionReceiptNotFoundError) return null;
      throw error;
    }
  }

  #checked(name: string, receipt: TransactionReceipt): TransactionReceipt {
    if (receipt.status === "success") return receipt;
    throw new ColophonError("TRANSACTION_REVERTED", `The transaction "${name}" was included and reverted.`, {
      data: { tx: receipt.transactionHash },
    });
  }
}

/** A clear error from a refused call: the contract's own error name and arguments where it gave one. */
function revertOf(name: string, error: unknown): unknown {
  if (!(error instanceof BaseError)) return error;
  const carrier = error.walk((cause) => cause instanceof Error && "data" in cause && isHex(cause.data));
  const data = carrier && "data" in carrier && isHex(carrier.data) ? carrier.data : null;
  const abi = data ? ABIS.find((candidate) => knows(candidate, data)) : undefined;
  if (!data || !abi) {
    return new ColophonError("TRANSACTION_REFUSED", `The chain refused "${name}": ${error.shortMessage}`, {
      cause: error,
    });
  }
  const { errorName, args } = decodeErrorResult({ abi, data });
  if (errorName === "WorkRegistryAlreadyRegistered") {
    const id = String(args[1]);
    return new ColophonError("ALREADY_REGISTERED", `The file is registered already, as work ${id}.`, {
      status: 409,
      data: { id },
      cause: error,
    });
  }
  const list = (args ?? []).map(String).join(", ");
  return new ColophonError("TRANSACTION_REVERTED", `The contract refused "${name}": ${errorName}(${list}).`, {
    cause: error,
  });
}

function knows(abi: (typeof ABIS)[number], data: Hex): boolean {
  try {
    decodeErrorResult({ abi, data });
    return true;
  } catch (error) {
    if (error instanceof BaseError) return false;
    throw error;
  }
}
