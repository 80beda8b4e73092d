import { spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import path from "node:path";
import { defaultRunDir, ROOT } from "../paths.ts";
import { isAlive, waitFor } from "../processes.ts";
import { endOrphans, runningStack } from "../running.ts";
import { readState, type StackState } from "../state.ts";
import { printReady } from "./print-ready.ts";

/** `npm start`: starts the stack unless it runs, shows progress, and returns once the market is ready. */
export async function start(): Promise<number> {
  const runDir = defaultRunDir();
  const running = runningStack(runDir);
  if (running?.ready) {
    await printReady(running, "already running");
    return 0;
  }
  if (!running) {
    const before = readState(runDir);
    if (before) await endOrphans(before);
    launch(runDir);
  }
  const state = await follow(runDir);
  if (state.failed) {
    console.error(`\n${state.failed.service} did not start.\n${state.failed.reason}\n\n${state.failed.hint}`);
    return 1;
  }
  await printReady(state, "ready");
  return 0;
}

function launch(runDir: string): void {
  const logDir = path.join(runDir, "logs");
  mkdirSync(logDir, { recursive: true });
  const log = openSync(path.join(logDir, "supervisor.log"), "a");
  const supervisor = path.join(ROOT, "scripts/stack/supervisor.ts");
  const child = spawn(process.execPath, [supervisor], { cwd: ROOT, detached: true, stdio: ["ignore", log, log] });
  child.unref();
  launchedPid = child.pid ?? 0;
}
let launchedPid = 0;

/** Prints one line per service as it becomes ready. */
async function follow(runDir: string): Promise<StackState> {
  const shown = new Map<string, string>();
  const tty = process.stdout.isTTY;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const state = readState(runDir);
    const ours = state && (launchedPid === 0 || state.supervisorPid === launchedPid);
    if (state && ours) {
      for (const [name, service] of Object.entries(state.services)) {
        const finished = service.phase === "ready" || service.phase === "done";
        const seconds = ((service.readyMs ?? 0) / 1000).toFixed(1);
        const line = finished
          ? `  ${name.padEnd(10)} ${service.phase.padEnd(6)} ${seconds.padStart(5)} s  ${service.url ?? service.note ?? ""}`
          : "";
        if (line && shown.get(name) !== service.phase) {
          console.log(line);
          shown.set(name, service.phase);
        }
      }
      const seed = state.services.seed;
      if (tty && seed?.phase === "starting" && seed.note && shown.get("seed-note") !== seed.note) {
        process.stdout.write(`\r\u001b[2K  seed       ${seed.note.slice(0, 100)}\r`);
        shown.set("seed-note", seed.note);
      }
      if (state.ready || state.failed) return state;
      if (!isAlive(state.supervisorPid)) return died(state);
    } else if (launchedPid && !isAlive(launchedPid)) {
      // Another start was quicker: its supervisor has the folder, and is told of instead.
      if (await waitFor(() => runningStack(runDir) !== null, 3000)) {
        launchedPid = 0;
        continue;
      }
      throw new Error(`the supervisor ended at once: see ${path.join(runDir, "logs/supervisor.log")}`);
    }
  }
}

function died(state: StackState): StackState {
  const reason = "the supervisor ended before the stack was ready";
  return { ...state, failed: { service: "stack", reason, hint: "See `npm run logs supervisor`." } };
}
