import { isAlive, residentMb } from "../processes.ts";
import { defaultRunDir } from "../paths.ts";
import { runningStack } from "../running.ts";
import { readState } from "../state.ts";

/** `npm run status [-- --json]`: what runs where; exit code 0 when ready, 3 when not. */
export async function status(args: string[]): Promise<number> {
  const runDir = defaultRunDir();
  const running = runningStack(runDir);
  const state = running ?? readState(runDir);
  const ready = running?.ready ?? false;
  const services = Object.entries(state?.services ?? {}).map(([name, service]) => ({
    name,
    phase: running ? service.phase : service.phase === "done" ? "done" : "stopped",
    pid: running && isAlive(service.pid) ? service.pid : null,
    url: service.url,
    restarts: service.restarts,
    rssMb: running && service.pid ? residentMb(service.pid) : null,
  }));
  if (args.includes("--json")) {
    const pid = running?.supervisorPid ?? null;
    const url = state?.services.market?.url ?? null;
    console.log(JSON.stringify({ ready, url, runDir, supervisorPid: pid, services, failed: state?.failed ?? null }));
    return ready ? 0 : 3;
  }
  if (!state) {
    console.log("never started here: npm start");
    return 3;
  }
  console.log(ready ? `ready: ${state.services.market?.url}` : running ? "starting" : "not running: npm start");
  for (const s of services) {
    const memory = s.rssMb === null ? "" : `${s.rssMb} MB`;
    console.log(
      `  ${s.name.padEnd(10)} ${s.phase.padEnd(9)} ${String(s.pid ?? "").padStart(7)} ${memory.padStart(8)}  ${s.url ?? ""}${s.restarts ? `  restarted ${s.restarts}x` : ""}`,
    );
  }
  return ready ? 0 : 3;
}
