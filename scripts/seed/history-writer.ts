/** Sends the seed's transactions: signed here, each at its moment of the history where the chain allows that. */
import {
  type Address,
  createPublicClient,
  encodeFunctionData,
  type EncodeFunctionDataParameters,
  type Hex,
  http,
  type Log,
  type PublicClient,
} from "viem";
import { mnemonicToAccount, type HDAccount } from "viem/accounts";
import { DEV_MNEMONIC, DEV_WALLETS, type DevRole } from "../../common/dev-wallets.ts";
import { ColophonError } from "../../common/errors.ts";

/** Unused gas is given back, so one limit serves every call; fees are far above what an idle chain asks. */
const GAS = 1_500_000n;

type RpcAnswer = { result?: unknown; error?: { code: number; message: string; data?: unknown } };
type Receipt = { status: Hex; transactionHash: Hex; logs: RawLog[] };
type RawLog = { address: Address; topics: [Hex, ...Hex[]]; data: Hex; logIndex: Hex; blockNumber: Hex };

export class HistoryWriter {
  readonly client: PublicClient;
  readonly #rpcUrl: string;
  readonly #chainId: number;
  readonly #accounts = new Map<DevRole, HDAccount>();
  readonly #nonces = new Map<DevRole, number>();
  #clock = 0;
  #open = false;
  #maxFee = 0n;
  #sync = true;

  private constructor(rpcUrl: string, client: PublicClient, chainId: number) {
    this.#rpcUrl = rpcUrl;
    this.client = client;
    this.#chainId = chainId;
  }

  static async connect(rpcUrl: string): Promise<HistoryWriter> {
    const client = createPublicClient({ transport: http(rpcUrl), pollingInterval: 100 });
    const writer = new HistoryWriter(rpcUrl, client, await client.getChainId());
    const [status] = await writer.#batch([["colophon_status", []]]);
    const known = status?.result as { sealed: boolean; nextTimestamp: number } | undefined;
    writer.#open = known?.sealed === false;
    writer.#clock = known?.nextTimestamp ?? 0;
    writer.#maxFee = 2n * (await client.getGasPrice()) + 1_000_000_000n;
    return writer;
  }

  /** True while transactions may carry simulated times. */
  get open(): boolean {
    return this.#open;
  }

  /** Newest time given to the chain, unix seconds; 0 where time is the chain's own. */
  get clock(): number {
    return this.#clock;
  }

  account(role: DevRole): HDAccount {
    let account = this.#accounts.get(role);
    if (!account) {
      const index = DEV_WALLETS.find((wallet) => wallet.role === role)?.index ?? 0;
      account = mnemonicToAccount(DEV_MNEMONIC, { addressIndex: index });
      this.#accounts.set(role, account);
    }
    return account;
  }

  /**
   * Signs and sends one call and waits for its receipt.
   * @param at unix seconds; an earlier moment than the chain has reached counts as now
   * @returns the receipt's logs
   * @throws ColophonError SEED_TRANSACTION_FAILED
   */
  async send<const abi extends readonly unknown[]>(
    role: DevRole,
    at: number,
    call: { to: Address; value?: bigint; what: string } & EncodeFunctionDataParameters<abi>,
  ): Promise<Log[]> {
    const account = this.account(role);
    const nonce = this.#nonces.get(role) ?? (await this.client.getTransactionCount({ address: account.address }));
    const raw = await account.signTransaction({
      type: "eip1559",
      chainId: this.#chainId,
      nonce,
      to: call.to,
      value: call.value ?? 0n,
      data: encodeFunctionData(call as EncodeFunctionDataParameters),
      gas: GAS,
      maxFeePerGas: this.#maxFee,
      maxPriorityFeePerGas: 0n,
    });
    if (this.#open && at > this.#clock) this.#clock = at;
    const receipt = await this.#submit(raw, call.what);
    this.#nonces.set(role, nonce + 1);
    if (receipt.status !== "0x1") {
      throw new ColophonError("SEED_TRANSACTION_FAILED", `The chain refused "${call.what}" (reverted).`, {
        data: { hash: receipt.transactionHash, role },
      });
    }
    return receipt.logs.map((log) => ({
      ...log,
      blockNumber: BigInt(log.blockNumber),
      logIndex: Number(log.logIndex),
    })) as Log[];
  }

  /** Ends the simulated history: from now on blocks carry real time. */
  async seal(): Promise<void> {
    if (!this.#open) return;
    const [answer] = await this.#batch([["colophon_sealHistory", []]]);
    if (answer?.error) throw new ColophonError("SEED_NOT_SEALED", answer.error.message);
    this.#open = false;
  }

  async #submit(raw: Hex, what: string): Promise<Receipt> {
    const time: [string, unknown[]][] = this.#open ? [["colophon_setNextTimestamp", [this.#clock]]] : [];
    if (this.#sync) {
      const answers = await this.#batch([...time, ["eth_sendRawTransactionSync", [raw]]]);
      const last = answers.at(-1);
      if (last?.result) return last.result as Receipt;
      // -32601: the method is unknown to this chain, which then has not taken the transaction.
      if (last?.error?.code !== -32601) throw refused(what, answers);
      this.#sync = false;
    }
    const answers = await this.#batch([...time, ["eth_sendRawTransaction", [raw]]]);
    const hash = answers.at(-1)?.result as Hex | undefined;
    if (!hash) throw refused(what, answers);
    await this.client.waitForTransactionReceipt({ hash });
    const [receipt] = await this.#batch([["eth_getTransactionReceipt", [hash]]]);
    return receipt?.result as Receipt;
  }

  async #batch(calls: readonly [string, unknown[]][]): Promise<RpcAnswer[]> {
    const body = calls.map(([method, params], id) => ({ jsonrpc: "2.0", id, method, params }));
    const response = await fetch(this.#rpcUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answers = (await response.json()) as (RpcAnswer & { id: number })[] | RpcAnswer;
    if (!Array.isArray(answers)) return [answers];
    return answers.sort((a, b) => a.id - b.id);
  }
}

function refused(what: string, answers: readonly RpcAnswer[]): ColophonError {
  const reasons = answers.flatMap(({ error }) => (error ? [error.message] : []));
  return new ColophonError("SEED_TRANSACTION_FAILED", `The chain refused "${what}": ${reasons.join("; ")}`);
}
