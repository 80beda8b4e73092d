/** A wallet with a real key for browser tests: the page sees a thin EIP-1193 provider announced by EIP-6963. */
import type { BrowserContext, Page } from "playwright-core";
import {
  type Chain,
  createPublicClient,
  createWalletClient,
  defineChain,
  type Hex,
  http,
  type PrivateKeyAccount,
  parseEther,
} from "viem";
import { generatePrivateKey, mnemonicToAccount, privateKeyToAccount } from "viem/accounts";
import { DEV_MNEMONIC, LOCAL_CHAIN_ID } from "../../common/dev-wallets.ts";

type Request = { method: string; params?: unknown[] };
type Answer = { result: unknown } | { error: { code: number; message: string; data?: unknown } };

/** Name under which the page's wallet menu shows the wallet. */
export const WALLET_NAME = "Test Wallet";

const REFUSED = { code: 4001, message: "User rejected the request." };
const WRONG_CHAIN: Hex = "0x1";

export class TestWallet {
  readonly account: PrivateKeyAccount;
  readonly rpcUrl: string;
  /** Methods the page asked for, in order. */
  readonly asked: string[] = [];
  /** Transactions sent, in order. */
  readonly sent: Hex[] = [];
  /** What the person does with the next prompts. */
  policy: "approve" | "refuse" = "approve";
  /** Chain the wallet is on; start on a wrong one to test the switch. */
  chainId: Hex = `0x${LOCAL_CHAIN_ID.toString(16)}`;
  #connected = false;
  #refusing: string | null = null;
  readonly #waiting: ((hash: Hex) => void)[] = [];
  readonly #pages = new Set<Page>();

  constructor(rpcUrl: string, key: Hex = generatePrivateKey()) {
    this.rpcUrl = rpcUrl;
    this.account = privateKeyToAccount(key);
  }

  get chain(): Chain {
    return defineChain({
      id: LOCAL_CHAIN_ID,
      name: "local",
      nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
      rpcUrls: { default: { http: [this.rpcUrl] } },
    });
  }

  get client() {
    return createPublicClient({ chain: this.chain, transport: http(this.rpcUrl), pollingInterval: 50 });
  }

  /** Sends the wallet coins from a built-in wallet of the local chain. */
  async fund(ether: string): Promise<void> {
    const bank = mnemonicToAccount(DEV_MNEMONIC, { addressIndex: 15 });
    const sender = createWalletClient({ account: bank, chain: this.chain, transport: http(this.rpcUrl) });
    const hash = await sender.sendTransaction({ to: this.account.address, value: parseEther(ether) });
    await this.client.waitForTransactionReceipt({ hash });
  }

  get balance(): Promise<bigint> {
    return this.client.getBalance({ address: this.account.address });
  }

  /** Hash of the next transaction that the page sends through the wallet. */
  nextTransaction(): Promise<Hex> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** What the wallet paid for gas, wei. @param since number of its transactions to leave out */
  async fees(since = 0): Promise<bigint> {
    const receipts = await Promise.all(
      this.sent.slice(since).map((hash) => this.client.getTransactionReceipt({ hash })),
    );
    return receipts.reduce((sum, { gasUsed, effectiveGasPrice }) => sum + gasUsed * effectiveGasPrice, 0n);
  }

  /** Puts the wallet into every page of a context. */
  async install(context: BrowserContext): Promise<void> {
    await context.exposeBinding("__testWallet", async ({ page }, request: Request) => {
      this.#pages.add(page);
      return this.#answer(request);
    });
    await context.addInitScript(announce, WALLET_NAME);
  }

  /** The person declines the next request of one method and approves everything else. */
  refuseNext(method: string): void {
    this.#refusing = method;
  }

  /** The person switches to a wrong chain. */
  async switchToWrongChain(): Promise<void> {
    await this.#setChain(WRONG_CHAIN);
  }

  async #answer(request: Request): Promise<Answer> {
    this.asked.push(request.method);
    try {
      return { result: await this.#handle(request) };
    } catch (error) {
      return { error: toRpcError(error) };
    }
  }

  async #handle({ method, params = [] }: Request): Promise<unknown> {
    switch (method) {
      case "eth_accounts":
        return this.#connected ? [this.account.address] : [];
      case "eth_requestAccounts":
        this.#ask(method);
        this.#connected = true;
        return [this.account.address];
      case "wallet_requestPermissions":
        this.#ask(method);
        this.#connected = true;
        return [{ parentCapability: "eth_accounts" }];
      case "wallet_revokePermissions":
        this.#connected = false;
        return null;
      case "eth_chainId":
        return this.chainId;
      case "wallet_addEthereumChain":
      case "wallet_switchEthereumChain":
        this.#ask(method);
        await this.#setChain((params[0] as { chainId: Hex }).chainId);
        return null;
      case "personal_sign":
        this.#ask(method);
        return this.account.signMessage({ message: { raw: params[0] as Hex } });
      case "eth_signTypedData_v4":
        this.#ask(method);
        return this.account.signTypedData(JSON.parse(params[1] as string));
      case "eth_sendTransaction":
        this.#ask(method);
        return this.#send(params[0] as { to: Hex; data?: Hex; value?: Hex; gas?: Hex });
      default:
        return this.client.request({ method, params } as never);
    }
  }

  async #send(tx: { to: Hex; data?: Hex; value?: Hex; gas?: Hex }): Promise<Hex> {
    if (this.chainId !== `0x${LOCAL_CHAIN_ID.toString(16)}`) throw new Error("wrong chain");
    const client = createWalletClient({ account: this.account, chain: this.chain, transport: http(this.rpcUrl) });
    const value = tx.value ? BigInt(tx.value) : undefined;
    const gas = tx.gas ? BigInt(tx.gas) : undefined;
    const hash = await client.sendTransaction({ to: tx.to, data: tx.data, value, gas });
    this.sent.push(hash);
    for (const resolve of this.#waiting.splice(0)) resolve(hash);
    return hash;
  }

  async #setChain(chainId: Hex): Promise<void> {
    this.chainId = chainId;
    for (const page of this.#pages) {
      if (!page.isClosed())
        await page.evaluate(
          (id) => window.dispatchEvent(new CustomEvent("test-wallet:chain", { detail: id })),
          chainId,
        );
    }
  }

  #ask(method: string): void {
    const declined = this.policy === "refuse" || this.#refusing === method;
    if (this.#refusing === method) this.#refusing = null;
    if (declined) throw Object.assign(new Error(REFUSED.message), { rpc: REFUSED });
  }
}

/** Error as a wallet passes it to the page: code, message, and revert data where the node gave it. */
function toRpcError(error: unknown): { code: number; message: string; data?: unknown } {
  const known = (error as { rpc?: typeof REFUSED }).rpc;
  if (known) return known;
  for (let cause: unknown = error; cause; cause = (cause as { cause?: unknown }).cause) {
    const { code, data, message } = cause as { code?: unknown; data?: unknown; message?: string };
    if (typeof code === "number") return { code, message: message ?? "error", data };
  }
  return { code: -32603, message: error instanceof Error ? error.message : String(error) };
}

/** Runs in the page: announces the provider; every request goes to the test process. */
function announce(name: string): void {
  const listeners = new Map<string, Set<(value: unknown) => void>>();
  const emit = (event: string, value: unknown) => {
    for (const listener of listeners.get(event) ?? []) listener(value);
  };
  const bridge = window as unknown as { __testWallet: (request: unknown) => Promise<Record<string, unknown>> };
  const provider = {
    async request(request: { method: string; params?: unknown[] }) {
      const answer = await bridge.__testWallet(request);
      if ("error" in answer) {
        const { code, message, data } = answer.error as { code: number; message: string; data?: unknown };
        throw Object.assign(new Error(message), { code, data });
      }
      if (request.method === "eth_requestAccounts") emit("accountsChanged", answer.result);
      return answer.result;
    },
    on(event: string, listener: (value: unknown) => void) {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
    },
    removeListener(event: string, listener: (value: unknown) => void) {
      listeners.get(event)?.delete(listener);
    },
  };
  window.addEventListener("test-wallet:chain", (event) => emit("chainChanged", (event as CustomEvent).detail));
  const icon = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4"/></svg>')}`;
  const info = { uuid: "0d1c7c8e-7a6b-4b7e-9a59-6c6b1b1f0e11", name, icon, rdns: "test.wallet" };
  const say = () =>
    window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
  window.addEventListener("eip6963:requestProvider", say);
  say();
}
