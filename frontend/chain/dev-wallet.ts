/**
 * The built-in wallets of a local chain: announced like any other wallet (EIP-6963), with keys everybody knows. They ask
 * before everything they do, in plain words. Loaded only where `/config.json` says that the chain is local.
 */
import { createWalletClient, type Hex, hexToString, http, isHex, numberToHex } from "viem";
import { type HDAccount, mnemonicToAccount } from "viem/accounts";
import type { PublicConfig } from "../../common/config.ts";
import { DEV_MNEMONIC, DEV_WALLETS } from "../../common/dev-wallets.ts";
import type { Messages } from "../messages/en-rooms.ts";
import { confirmInDialog } from "./dev-wallet-dialog.ts";
import { describeCall } from "./describe-call.ts";
import { devRoleName } from "./role-name.ts";
import { chainOf } from "./wallet.ts";

type Request = { method: string; params?: unknown };
type Listener = (...args: unknown[]) => void;

/** Error as EIP-1193 spells it. */
class ProviderError extends Error {
  readonly code: number;
  readonly data: unknown;
  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

const GRANT_PREFIX = "colophon.dev-wallet.";

/** Announces one provider per built-in wallet and answers later requests for announcements. */
export function announceDevWallets(config: PublicConfig, messages: Messages): void {
  const details = DEV_WALLETS.map(({ index, role }) => {
    const name = devRoleName(role, messages);
    let provider: DevProvider | null = null;
    // Keys are derived on first use: eighteen derivations would delay the dialog.
    const lazyProvider = {
      request: (request: Request) => (provider ??= new DevProvider(config, messages, index, name)).request(request),
      on: (event: string, listener: Listener) => {
        (provider ??= new DevProvider(config, messages, index, name)).on(event, listener);
      },
      removeListener: (event: string, listener: Listener) => provider?.removeListener(event, listener),
    };
    return Object.freeze({
      info: Object.freeze({
        uuid: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
        name,
        icon: icon(index),
        rdns: `io.colophon.dev.${role}`,
      }),
      provider: lazyProvider,
    });
  });
  const announce = () => {
    for (const detail of details) {
      window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
    }
  };
  window.addEventListener("eip6963:requestProvider", announce);
  announce();
}

function icon(index: number): string {
  const hue = (index * 47) % 360;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="5" fill="hsl(${hue} 45% 40%)"/><path d="M7 7h10v10H7z" fill="none" stroke="#fff" stroke-width="2.5"/><path d="M11 11h2v2h-2z" fill="#fff"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

class DevProvider {
  readonly #config: PublicConfig;
  readonly #messages: Messages;
  readonly #name: string;
  readonly #account: HDAccount;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(config: PublicConfig, messages: Messages, index: number, name: string) {
    this.#config = config;
    this.#messages = messages;
    this.#name = name;
    this.#account = mnemonicToAccount(DEV_MNEMONIC, { addressIndex: index });
  }

  on(event: string, listener: Listener): void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
  }

  removeListener(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  #emit(event: string, value: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(value);
  }

  get #grantKey(): string {
    return `${GRANT_PREFIX}${this.#account.address}`;
  }

  #accounts(): string[] {
    return localStorage.getItem(this.#grantKey) ? [this.#account.address] : [];
  }

  async request({ method, params }: Request): Promise<unknown> {
    const list = Array.isArray(params) ? (params as unknown[]) : [];
    const m = this.#messages.wallet.devConfirm;
    switch (method) {
      case "eth_accounts":
        return this.#accounts();
      case "eth_chainId":
        return numberToHex(this.#config.deployment.chainId);
      case "eth_requestAccounts":
      case "wallet_requestPermissions": {
        if (this.#accounts().length === 0) {
          await this.#ask(m.connect, []);
          localStorage.setItem(this.#grantKey, "1");
          this.#emit("accountsChanged", this.#accounts());
        }
        return method === "eth_requestAccounts" ? this.#accounts() : [{ parentCapability: "eth_accounts" }];
      }
      case "wallet_revokePermissions":
        localStorage.removeItem(this.#grantKey);
        this.#emit("accountsChanged", []);
        return null;
      case "wallet_switchEthereumChain": {
        const wanted = Number((list[0] as { chainId?: string } | undefined)?.chainId);
        if (wanted === this.#config.deployment.chainId) return null;
        throw new ProviderError(4902, "A built-in wallet knows only the local chain.");
      }
      case "personal_sign":
        return this.#signMessage(list[0]);
      case "eth_signTypedData_v4":
        return this.#signTypedData(list[1]);
      case "eth_sendTransaction":
        return this.#send(list[0] as { to?: Hex; data?: Hex; value?: Hex; gas?: Hex });
      default:
        return this.#forward(method, list);
    }
  }

  async #ask(question: string, rows: [string, string][], message?: string): Promise<void> {
    const m = this.#messages.wallet.devConfirm;
    const agreed = await confirmInDialog({
      title: question,
      rows: [[m.account, `${this.#name} (${this.#account.address})`], ...rows],
      message,
      approve: m.approve,
      reject: m.reject,
    });
    if (!agreed) throw new ProviderError(4001, "The person declined the request.");
  }

  async #signMessage(data: unknown): Promise<Hex> {
    const m = this.#messages.wallet.devConfirm;
    const text = isHex(data) ? hexToString(data) : String(data);
    await this.#ask(m.sign, [], text);
    return this.#account.signMessage({ message: isHex(data) ? { raw: data } : text });
  }

  async #signTypedData(json: unknown): Promise<Hex> {
    const m = this.#messages.wallet.devConfirm;
    const typed = typeof json === "string" ? (JSON.parse(json) as Record<string, unknown>) : (json as object);
    await this.#ask(m.sign, [], JSON.stringify(typed, null, 2));
    return this.#account.signTypedData(typed as never);
  }

  async #send(call: { to?: Hex; data?: Hex; value?: Hex; gas?: Hex }): Promise<Hex> {
    const m = this.#messages.wallet.devConfirm;
    await this.#ask(m.send, describeCall(call, this.#config, this.#messages));
    const client = createWalletClient({
      account: this.#account,
      chain: chainOf(this.#config),
      transport: http(this.#config.rpcUrl),
    });
    return client.sendTransaction({
      to: call.to,
      data: call.data,
      value: call.value === undefined ? undefined : BigInt(call.value),
      gas: call.gas === undefined ? undefined : BigInt(call.gas),
    });
  }

  async #forward(method: string, params: unknown[]): Promise<unknown> {
    const response = await fetch(this.#config.rpcUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const answer = (await response.json()) as {
      result?: unknown;
      error?: { code: number; message: string; data?: unknown };
    };
    if (answer.error) throw new ProviderError(answer.error.code, answer.error.message, answer.error.data);
    return answer.result;
  }
}
