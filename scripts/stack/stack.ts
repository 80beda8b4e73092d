/** The whole system on one machine: which processes and steps there are, what each waits for, and how they stop. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Deployment } from "../../common/config.ts";
import { DEV_MNEMONIC, DEV_WALLETS } from "../../common/dev-wallets.ts";
import { hasCode } from "../../common/errors.ts";
import { ensureDeployment } from "./ensure-deployment.ts";
import { freePort } from "./ports.ts";
import { defaultRunDir } from "./paths.ts";
import { Service } from "./service.ts";
import { runStep } from "./step.ts";
import { readState, type ServiceState, type StackState, writeState } from "./state.ts";
import { mnemonicToAccount } from "viem/accounts";
import { bytesToHex } from "viem";

export type StackOptions = {
  runDir?: string;
  /** First port to try; services take the next ones. 0 = any free ports. */
  basePort?: number;
  /** Fill an empty market with works (default true). */
  seed?: boolean;
  /** Build the dapp if its sources changed (default true). */
  dapp?: boolean;
};

/** Processes in the order in which they are stopped (reverse of the order in which they are needed). */
const SERVICES = ["market", "node", "store", "chain"] as const;
type ServiceName = (typeof SERVICES)[number];

const ENTRIES: Record<ServiceName, string> = {
  chain: "scripts/dev-chain/server.ts",
  store: "storage/server.ts",
  node: "gen-node/server.ts",
  market: "scripts/services/market.ts",
};
const PORT_OFFSETS: Record<ServiceName, number> = { market: 0, chain: 1, store: 2, node: 3 };

export class Stack {
  readonly runDir: string;
  readonly state: StackState;
  readonly #options: StackOptions;
  readonly #services = new Map<ServiceName, Service>();
  readonly #startedAt = performance.now();
  #deployment: Deployment | null = null;
  #writing: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: StackOptions = {}) {
    this.#options = options;
    this.runDir = options.runDir ?? defaultRunDir();
    this.state = {
      version: 1,
      runDir: this.runDir,
      supervisorPid: process.pid,
      startedAt: Date.now(),
      ready: false,
      readyMs: null,
      failed: null,
      services: {},
    };
  }

  /** URL of the dapp, once the market's port is known. */
  get url(): string {
    return `http://localhost:${this.#port("market")}`;
  }

  get deployment(): Deployment {
    if (!this.#deployment) throw new Error("the contracts are not deployed yet");
    return this.#deployment;
  }

  urlOf(service: ServiceName): string {
    return `http://127.0.0.1:${this.#port(service)}`;
  }

  /** Starts everything in the order of its needs; resolves when the market is ready. */
  async start(): Promise<void> {
    await mkdir(path.join(this.runDir, "logs"), { recursive: true });
    const secrets = await this.#secrets();
    await this.#choosePorts();
    const seedFile = path.join(this.runDir, "seed.json");

    // Without a seed there is no history to write: the chain then starts at the present.
    const history: Record<string, string> = this.#options.seed === false ? { HISTORY_DAYS: "0" } : {};
    const chain = this.#serve("chain", history, 30_000);
    const store = this.#serve("store", { STORE_TOKEN: secrets.storeToken }, 15_000);
    const dapp = this.#options.dapp === false ? Promise.resolve() : this.#step("dapp", "frontend/build.ts", {});
    const deployed = this.#task("contracts", [chain], async () => {
      this.#deployment = await ensureDeployment({ rpcUrl: this.urlOf("chain"), file: this.#deploymentFile });
      return this.#deployment.contracts.WorkRegistry;
    });
    const common = { STORE_TOKEN: secrets.storeToken, DEPLOYMENT: this.#deploymentFile };
    const node = this.#after([deployed, store], () =>
      this.#serve("node", { ...common, NODE_KEY: devKey("operator") }, 60_000),
    );
    const market = this.#after([deployed, store, dapp], () => this.#serve("market", common, 60_000));
    const seeded =
      this.#options.seed === false
        ? Promise.resolve()
        : this.#after([deployed, store, node], () =>
            this.#step("seed", "scripts/seed/main.ts", {
              ...common,
              SEED_STATE: seedFile,
              NODE_URL: this.urlOf("node"),
            }),
          );
    try {
      await Promise.all([chain, store, dapp, deployed, node, market, seeded]);
      await this.#waitIndexed();
    } catch (error) {
      await this.#fail(error);
      throw error;
    }
    this.state.ready = true;
    this.state.readyMs = Math.round(performance.now() - this.#startedAt);
    await this.#save();
  }

  /** Stops every service, the market first and the chain last. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const name of SERVICES) {
      await this.#services.get(name)?.stop();
      this.#set(name, { phase: "stopped", pid: null });
    }
    this.state.ready = false;
    await this.#save();
  }

  get #deploymentFile(): string {
    return path.join(this.runDir, "deployment.json");
  }

  #port(name: ServiceName): number {
    const port = this.state.services[name]?.port;
    if (!port) throw new Error(`${name} has no port yet`);
    return port;
  }

  async #choosePorts(): Promise<void> {
    const before = readState(this.runDir);
    const base = this.#options.basePort ?? 4600;
    const taken: number[] = [];
    for (const name of SERVICES) {
      const last = before?.services[name]?.port;
      const wanted = [...(last ? [last] : []), ...(base ? [base + PORT_OFFSETS[name]] : [])];
      let port = await freePort(wanted.filter((p) => !taken.includes(p)));
      while (taken.includes(port)) port = await freePort([]);
      taken.push(port);
      const host = name === "market" ? "localhost" : "127.0.0.1";
      this.#set(name, { phase: "waiting", port, url: `http://${host}:${port}` });
    }
    await this.#save();
  }

  /** Starts one service and resolves when it is healthy. */
  async #serve(name: ServiceName, env: Record<string, string>, timeoutMs: number): Promise<void> {
    const port = this.#port(name);
    const url = `http://127.0.0.1:${port}`;
    const service = new Service({
      name,
      entry: ENTRIES[name],
      logDir: path.join(this.runDir, "logs"),
      timeoutMs,
      env: {
        PORT: String(port),
        DATA_DIR: path.join(this.runDir, name),
        RPC_URL: this.urlOf("chain"),
        STORE_URL: this.urlOf("store"),
        GATEWAY_URL: this.urlOf("store"),
        ...env,
      },
      healthy: () => (name === "chain" ? chainAnswers(url) : answers(`${url}/health`)),
      onChange: (changed) => {
        this.#set(name, { pid: changed.pid, restarts: changed.restarts });
        void this.#save();
      },
    });
    this.#services.set(name, service);
    this.#set(name, { phase: "starting" });
    try {
      await service.start();
    } catch (error) {
      throw new StackError(name, error);
    }
    this.#set(name, { phase: "ready", readyMs: this.#elapsed() });
    await this.#save();
  }

  /** Runs a script to its end as a step of the start; its last line of progress shows as the note. */
  async #step(name: string, entry: string, env: Record<string, string>): Promise<void> {
    await this.#task(name, [], async () => {
      const services = {
        RPC_URL: this.urlOf("chain"),
        STORE_URL: this.urlOf("store"),
        API_URL: this.urlOf("market"),
      };
      return runStep({
        name,
        entry,
        env: { ...services, ...env },
        logFile: path.join(this.runDir, "logs", `${name}.log`),
        onProgress: (line) => this.#set(name, { note: line }),
      });
    });
  }

  async #task(name: string, needs: Promise<unknown>[], run: () => Promise<string>): Promise<void> {
    this.#set(name, { phase: "waiting" });
    await Promise.all(needs);
    this.#set(name, { phase: "starting" });
    await this.#save();
    try {
      const note = await run();
      this.#set(name, { phase: "done", note, readyMs: this.#elapsed() });
    } catch (error) {
      throw new StackError(name, error);
    }
    await this.#save();
  }

  async #after(needs: Promise<unknown>[], run: () => Promise<void>): Promise<void> {
    await Promise.all(needs);
    await run();
  }

  async #waitIndexed(): Promise<void> {
    const end = performance.now() + 60_000;
    while (!(await answers(`${this.urlOf("market")}/ready`))) {
      if (performance.now() > end) throw new StackError("market", new Error("the index did not catch up within 60 s"));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #fail(error: unknown): Promise<void> {
    const failure = error instanceof StackError ? error : new StackError("stack", error);
    this.#set(failure.service, { phase: "failed", note: failure.message });
    this.state.failed = { service: failure.service, reason: failure.message, hint: hintFor(failure) };
    await this.#save();
  }

  #elapsed(): number {
    return Math.round(performance.now() - this.#startedAt);
  }

  #set(name: string, change: Partial<ServiceState>): void {
    const blank: ServiceState = {
      phase: "waiting",
      pid: null,
      port: null,
      url: null,
      readyMs: null,
      restarts: 0,
      note: null,
    };
    this.state.services[name] = { ...blank, ...this.state.services[name], ...change };
  }

  /** Writes the state file; writes follow each other. */
  #save(): Promise<void> {
    this.#writing = this.#writing.then(() => writeState(this.state));
    return this.#writing;
  }

  async #secrets(): Promise<{ storeToken: string }> {
    const file = path.join(this.runDir, "secrets.json");
    if (existsSync(file)) return JSON.parse(await readFile(file, "utf8"));
    const secrets = { storeToken: randomBytes(32).toString("hex") };
    // Whole or not at all: half a file would stop every later start.
    await writeFile(`${file}.tmp`, JSON.stringify(secrets), { mode: 0o600 });
    await rename(`${file}.tmp`, file);
    return secrets;
  }
}

/** A part of the stack that did not start. */
export class StackError extends Error {
  readonly service: string;
  constructor(service: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "StackError";
    this.service = service;
  }
}

function hintFor(error: StackError): string {
  if (/DATABASE_LOCKED/.test(error.message)) return "Another stack uses this data: npm run stop, then npm start.";
  if (hasCode(error.cause, "DEPLOYMENT_OUTDATED")) return "npm run reset && npm start";
  if (error.service === "dapp") return "Run `npm run build:dapp` to see the build's own message.";
  return `Read the whole log with \`npm run logs ${error.service}\`; \`npm run doctor\` checks this machine; \`npm run reset\` starts from nothing.`;
}

function devKey(role: (typeof DEV_WALLETS)[number]["role"]): string {
  const index = DEV_WALLETS.find((wallet) => wallet.role === role)?.index;
  const key = mnemonicToAccount(DEV_MNEMONIC, { addressIndex: index }).getHdKey().privateKey;
  if (!key) throw new Error(`no key for ${role}`);
  return bytesToHex(key);
}

async function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(2000) }).then(
    (response) => response.ok,
    () => false,
  );
}

async function chainAnswers(url: string): Promise<boolean> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
  const request = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    signal: AbortSignal.timeout(2000),
  };
  return fetch(url, request).then(
    (response) => response.ok,
    () => false,
  );
}
