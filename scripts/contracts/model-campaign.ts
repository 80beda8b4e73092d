// Random scenarios on the contracts and on plain models of them alike, compared after each step: ledger, jobs, market.
// usage: npm run -s test:model -- [--scenarios N] [--seed S] [--area ledger|jobs|market] [--workers N] [--json]
//        scenario number i has the seed S + i; a failed one is replayed by --area X --seed S --scenarios 1
import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { runHardhat } from "./run-hardhat.ts";

export type Area = "ledger" | "jobs" | "market";
export type Task = { area: Area; seed: number };
/** How a scenario ended; `steps` counts those done, and `failure` is there when one of them went wrong. */
export type Outcome = Task & { steps: number; failure?: string };

const ROOT = path.join(import.meta.dirname, "../..");
const AREAS: Area[] = ["ledger", "jobs", "market"];
const BUILD_TIMEOUT_MS = 20 * 60_000;
/** No scenario takes nearly as long: one that does hangs, which is a failure. */
const SCENARIO_TIMEOUT_MS = 5 * 60_000;
/** The in-process chain keeps what it was; a fresh process forgets it. */
const TASKS_PER_PROCESS = 150;
const PROGRESS_EVERY = 50;

const usage =
  "usage: npm run -s test:model -- [--scenarios N] [--seed S] [--area ledger|jobs|market] [--workers N] [--json]";
const { values } = parseArgs({
  options: {
    scenarios: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    area: { type: "string" },
    workers: { type: "string", default: "2" },
    json: { type: "boolean", default: false },
  },
});
const [scenarios, seed, workers] = [Number(values.scenarios), Number(values.seed), Number(values.workers)];
const areas = values.area ? AREAS.filter((area) => area === values.area) : AREAS;
if (![scenarios, seed, workers].every((n) => Number.isSafeInteger(n) && n > 0) || areas.length === 0) {
  console.error(usage);
  process.exit(2);
}

const built = await runHardhat(["build", "--no-tests"], { folder: ROOT, timeoutMs: BUILD_TIMEOUT_MS });
if (built.code !== 0) throw new Error(`the contracts do not compile:\n${built.output}`);

// Area by area: a worker keeps the snapshot of one area's fixture at a time.
const queue: Task[] = areas.flatMap((area, index) =>
  Array.from({ length: scenarios }, (_, i) => i)
    .filter((i) => i % areas.length === index)
    .map((i) => ({ area, seed: seed + i })),
);
const failures: Outcome[] = [];
let done = 0;
const started = performance.now();
await Promise.all(Array.from({ length: Math.min(workers, scenarios) }, work));

const failed = failures.length;
if (values.json) console.log(JSON.stringify({ scenarios, failed }));
else console.log(`${scenarios - failed} of ${scenarios} scenarios agree with the models`);
process.exitCode = failed > 0 ? 1 : 0;

async function work(): Promise<void> {
  let child = start();
  let tasks = 0;
  for (let task = queue.shift(); task; task = queue.shift()) {
    const outcome = await ask(child, task);
    if (outcome.failure !== undefined) report(outcome);
    done += 1;
    if (done % PROGRESS_EVERY === 0) {
      const seconds = Math.round((performance.now() - started) / 1000);
      console.error(`${done}/${scenarios} scenarios, ${failures.length} failed, ${seconds} s`);
    }
    tasks += 1;
    if (tasks % TASKS_PER_PROCESS !== 0 && child.exitCode === null && child.signalCode === null) continue;
    child.kill();
    child = start();
  }
  child.kill();
}

function start(): ChildProcess {
  return fork(path.join(import.meta.dirname, "model-worker.ts"), {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

/** One scenario; a worker that dies or hangs over it has failed it. */
async function ask(child: ChildProcess, task: Task): Promise<Outcome> {
  return await new Promise((resolve) => {
    const finish = (outcome: Outcome) => {
      clearTimeout(timer);
      child.off("message", onMessage);
      child.off("exit", onExit);
      resolve(outcome);
    };
    const fail = (failure: string) => finish({ ...task, steps: -1, failure });
    const onMessage = (message: unknown) => finish(message as Outcome);
    const onExit = (code: number | null) => fail(`the process ended with ${code}`);
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      fail(`not done after ${SCENARIO_TIMEOUT_MS / 1000} s`);
    }, SCENARIO_TIMEOUT_MS);
    child.on("message", onMessage);
    child.on("exit", onExit);
    child.send(task);
  });
}

function report(outcome: Outcome): void {
  failures.push(outcome);
  const { area, seed: at, steps, failure } = outcome;
  console.error(`FAILED ${area}, seed ${at}, ${steps < 0 ? "before the first step" : `step ${steps}`}:\n${failure}`);
  console.error(`  again: npm run -s test:model -- --area ${area} --seed ${at} --scenarios 1`);
}
