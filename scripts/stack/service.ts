/** One service process: spawned, watched, restarted, stopped. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync, renameSync, statSync } from "node:fs";
import path from "node:path";
import { isAlive, waitFor } from "./processes.ts";
import { ROOT } from "./paths.ts";

export type ServiceOptions = {
  name: string;
  /** Script to run, relative to the root. */
  entry: string;
  env: Record<string, string>;
  logDir: string;
  /** Resolves to true once the service can serve. */
  healthy: () => Promise<boolean>;
  /** Longest wait for `healthy` after a start, milliseconds. */
  timeoutMs: number;
  /** Told after each change of pid or of number of restarts. */
  onChange: (service: Service) => void;
};

const LOG_BYTES = 20 * 1024 * 1024;
const RESTART_MS = [250, 500, 1000, 2000, 5000];

export class Service {
  readonly options: ServiceOptions;
  restarts = 0;
  #child: ChildProcess | null = null;
  #stopping = false;

  constructor(options: ServiceOptions) {
    this.options = options;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  get logFile(): string {
    return path.join(this.options.logDir, `${this.options.name}.log`);
  }

  /** Starts the process and waits until it is healthy. @throws Error when it exits first or takes too long */
  async start(): Promise<void> {
    const child = this.#spawn();
    const healthy = await waitFor(
      async () => {
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(describeExit(this.options.name, child));
        return this.options.healthy();
      },
      this.options.timeoutMs,
      60,
    );
    if (!healthy) throw new Error(`${this.options.name} did not answer within ${this.options.timeoutMs / 1000} s`);
    child.once("exit", () => void this.#onExit(child));
    if (!isAlive(child.pid)) void this.#onExit(child);
  }

  /** Ends the process: SIGTERM, then SIGKILL after `graceMs`. */
  async stop(graceMs = 10_000): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await exited;
    clearTimeout(timer);
  }

  #spawn(): ChildProcess {
    const log = this.logFile;
    if (existsSync(log) && statSync(log).size > LOG_BYTES) renameSync(log, `${log}.1`);
    const fd = openSync(log, "a");
    const follow = path.join(ROOT, "scripts/follow-parent.ts");
    const child = spawn(process.execPath, ["--import", follow, path.join(ROOT, this.options.entry)], {
      cwd: ROOT,
      env: { ...process.env, ...this.options.env },
      stdio: ["ignore", fd, fd, "ipc"],
    });
    child.on("error", (error) => console.error(`${this.options.name}: ${error.message}`));
    this.#child = child;
    this.options.onChange(this);
    return child;
  }

  async #onExit(child: ChildProcess): Promise<void> {
    if (this.#stopping || this.#child !== child) return;
    console.error(`${new Date().toISOString()} ${describeExit(this.options.name, child)}; starting it again`);
    await new Promise((resolve) => setTimeout(resolve, RESTART_MS[Math.min(this.restarts, RESTART_MS.length - 1)]));
    this.restarts += 1;
    if (this.#stopping) return;
    try {
      await this.start();
      this.options.onChange(this);
    } catch (error) {
      console.error(`${new Date().toISOString()} ${String(error)}`);
      const failed = this.#child;
      if (failed && isAlive(failed.pid)) failed.kill("SIGKILL");
      if (failed) await this.#onExit(failed);
    }
  }
}

function describeExit(name: string, child: ChildProcess): string {
  return `${name} ended with ${child.signalCode ?? `code ${child.exitCode}`}`;
}
