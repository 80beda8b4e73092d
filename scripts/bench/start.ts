// How long a first and a second `npm start` take until the market is ready, and what it holds in memory.
// usage: npm run -s bench:start [-- --json]     JSON: {firstReadyMs, secondReadyMs, rssMb, services, works}
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { ROOT } from "../stack/paths.ts";
import { residentMb } from "../stack/processes.ts";
import { readState } from "../stack/state.ts";

const runDir = await mkdtemp(path.join(tmpdir(), "colophon-bench-"));
const env = { ...process.env, COLOPHON_RUN_DIR: runDir, COLOPHON_PORT: "0" };
// A first start on a fresh clone builds the dapp, so the bench makes it build even where a build is there.
await rm(path.join(ROOT, "frontend/dist/stamp.json"), { force: true });

try {
  const firstReadyMs = timed("first start", ["start"], env);
  const first = readState(runDir);
  timed("stop", ["stop"], env);
  const secondReadyMs = timed("second start", ["start"], env);
  const second = readState(runDir);
  if (!first || !second) throw new Error("the stack left no state file");
  const pids = [second.supervisorPid, ...Object.values(second.services).map((service) => service.pid)];
  const rssMb = pids.reduce<number>((sum, pid) => sum + (pid ? (residentMb(pid) ?? 0) : 0), 0);
  const status = (await (await fetch(`${second.services.market?.url}/v1/status`)).json()) as {
    data: { works: number };
  };
  const services = Object.fromEntries(Object.entries(first.services).map(([name, service]) => [name, service.readyMs]));
  const result = {
    firstReadyMs,
    secondReadyMs,
    rssMb,
    services,
    works: status.data.works,
    cores: availableParallelism(),
  };
  if (process.argv.includes("--json")) console.log(JSON.stringify(result));
  else console.log(`first ${firstReadyMs} ms, second ${secondReadyMs} ms, ${rssMb} MB resident, ${result.works} works`);
} finally {
  stack(["stop"], env);
  await rm(runDir, { recursive: true, force: true });
}

/** Runs a stack command and returns its wall time, milliseconds. */
function timed(label: string, args: string[], environment: NodeJS.ProcessEnv): number {
  const begin = performance.now();
  const status = stack(args, environment);
  const ms = Math.round(performance.now() - begin);
  console.error(`${label}: ${ms} ms`);
  if (status !== 0) throw new Error(`${label} ended with code ${status}`);
  return ms;
}

function stack(args: string[], environment: NodeJS.ProcessEnv): number {
  const command = [path.join(ROOT, "scripts/stack/main.ts"), ...args];
  const result = spawnSync(process.execPath, command, { cwd: ROOT, env: environment, stdio: ["ignore", 2, 2] });
  return result.status ?? 1;
}
