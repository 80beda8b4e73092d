/** A stack driven by its commands as a person would, in a folder of its own, for tests of starting, dying and starting again. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ROOT } from "../../scripts/stack/paths.ts";

export type Ended = { code: number; out: string; err: string };

type ServiceStatus = { name: string; phase: string; pid: number | null; url: string | null; restarts: number };
export type StackStatus = { ready: boolean; url: string; supervisorPid: number | null; services: ServiceStatus[] };

export class CommandStack {
  readonly runDir: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(runDir: string) {
    this.runDir = runDir;
    const settings = { COLOPHON_RUN_DIR: runDir, COLOPHON_PORT: "0", COLOPHON_SEED: "none", COLOPHON_DAPP: "none" };
    this.#env = { ...process.env, ...settings };
  }

  static async create(): Promise<CommandStack> {
    return new CommandStack(await mkdtemp(path.join(tmpdir(), "colophon-stack-test-")));
  }

  /** Runs `npm run <name>`'s script to its end. */
  async command(...args: string[]): Promise<Ended> {
    return this.script("scripts/stack/main.ts", args).ended;
  }

  /** Starts a script of the project against this stack. */
  script(
    entry: string,
    args: string[],
  ): { ended: Promise<Ended>; onErrorLine: (listen: (line: string) => void) => void; kill: () => void } {
    const child = spawn(process.execPath, [path.join(ROOT, entry), ...args], { cwd: ROOT, env: this.#env });
    let out = "";
    let err = "";
    let listener: (line: string) => void = () => undefined;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text;
      for (const line of text.split("\n")) if (line) listener(line);
    });
    const ended = new Promise<Ended>((resolve) =>
      child.once("close", (code) => resolve({ code: code ?? 1, out, err })),
    );
    return {
      ended,
      onErrorLine: (listen) => {
        listener = listen;
      },
      kill: () => void child.kill("SIGKILL"),
    };
  }

  async start(): Promise<void> {
    const { code, out, err } = await this.command("start");
    if (code !== 0) throw new Error(`start failed:\n${out}\n${err}\n${(await this.command("logs")).out}`);
  }

  async status(): Promise<StackStatus> {
    return JSON.parse((await this.command("status", "--json")).out) as StackStatus;
  }

  /** kill -9 for the supervisor and every service, in one go. */
  async killAll(): Promise<void> {
    const { supervisorPid, services } = await this.status();
    for (const pid of [supervisorPid, ...services.map((service) => service.pid)]) {
      if (pid) process.kill(pid, "SIGKILL");
    }
  }

  async remove(): Promise<void> {
    await this.command("stop");
    await rm(this.runDir, { recursive: true, force: true });
  }
}
