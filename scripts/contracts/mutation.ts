// How many small wrong versions of the contracts that hold money the behavior tests notice.
// usage: npm run -s test:mutation -- [--sample N] [--seed S] [--contract NAME] [--json]
import { readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { Prng } from "../../common/prng.ts";
import { collectSources, compile } from "./compile.ts";
import { EQUIVALENT_MUTANTS } from "./equivalent-mutants.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";
import { copyProject } from "./project-copy.ts";
import { runHardhat } from "./run-hardhat.ts";

const WIRING = "test/contracts/wiring.test.ts";
/**
 * The contracts whose mistakes cost money: the file that is compiled, the files that are mutated (it and its own bases), and the tests
 * that are about them, those most likely to notice first.
 */
const TARGETS: Record<string, { entry: string; sources: string[]; tests: string[] }> = {
  RoyaltyLedger: {
    entry: "contracts/ledger/RoyaltyLedger.sol",
    sources: [
      "contracts/ledger/RoyaltyLedger.sol",
      "contracts/ledger/WorkAccounts.sol",
      "contracts/ledger/HoldsAndLiens.sol",
      "contracts/ledger/AccountBalances.sol",
    ],
    tests: [
      "test/contracts/royalty-ledger.test.ts",
      "test/contracts/core/ledger-payments.test.ts",
      "test/contracts/core/ledger-disputes.test.ts",
      "test/contracts/core/co-creations.test.ts",
      "test/contracts/core/peer-findings.test.ts",
      "test/contracts/ledger-model.test.ts",
      WIRING,
    ],
  },
  LicenseToken: {
    entry: "contracts/licensing/LicenseToken.sol",
    sources: [
      "contracts/licensing/LicenseToken.sol",
      "contracts/licensing/TermsBook.sol",
      "contracts/licensing/OfferState.sol",
      "contracts/licensing/WorkLimits.sol",
      "contracts/licensing/LicenseOrders.sol",
    ],
    tests: ["test/contracts/license-token.test.ts", ...testsIn("test/contracts/licensing"), WIRING],
  },
  JobMarket: {
    entry: "contracts/compute/JobMarket.sol",
    sources: ["contracts/compute/JobMarket.sol", "contracts/compute/SettlementRun.sol"],
    tests: [
      "test/contracts/job-market.test.ts",
      "test/contracts/job-market-endings.test.ts",
      "test/contracts/job-regressions.test.ts",
      "test/contracts/job-checks.test.ts",
      "test/contracts/job-tokens.test.ts",
      "test/contracts/job-model.test.ts",
      WIRING,
    ],
  },
  JobChecks: {
    entry: "contracts/compute/JobChecks.sol",
    sources: ["contracts/compute/JobChecks.sol"],
    tests: ["test/contracts/job-checks.test.ts", "test/contracts/job-regressions.test.ts", WIRING],
  },
};
const ROOT = path.join(import.meta.dirname, "../..");
const WORKERS = 2;
/** A mutant that makes the tests run for ever is noticed: it fails by time. */
const TIMEOUT_MS = 5 * 60_000;
const DEFAULT_SAMPLE = 60;

type Task = Mutant & { contract: string; file: string };
type Survivor = {
  contract: string;
  file: string;
  line: number;
  operator: string;
  before: string;
  after: string;
  reason?: string;
};

const { values } = parseArgs({
  options: {
    sample: { type: "string", default: String(DEFAULT_SAMPLE) },
    seed: { type: "string", default: "1" },
    contract: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const sample = Number(values.sample);
const seed = Number(values.seed);
const names = values.contract ? [values.contract] : Object.keys(TARGETS);
if (!Number.isInteger(sample) || sample < 1 || !Number.isInteger(seed) || names.some((name) => !TARGETS[name])) {
  console.error("usage: npm run -s test:mutation -- [--sample N] [--seed S] [--contract NAME] [--json]");
  process.exit(2);
}

const built = await runHardhat(["build"], { folder: ROOT, timeoutMs: TIMEOUT_MS });
if (built.code !== 0) throw new Error(`the contracts do not compile:\n${built.output}`);

const all: Task[] = [];
for (const contract of names) {
  for (const file of target(contract).sources) {
    const sources = await collectSources(file);
    const { ast } = compile(sources, file, ["ast"]);
    all.push(...mutantsOf(sources.get(file) ?? "", ast).map((mutant) => ({ ...mutant, contract, file })));
  }
}
const tasks = choose(all, sample, seed);
console.error(`${tasks.length} of ${all.length} mutants of ${names.join(", ")}, seed ${seed}`);

let killed = 0;
/** Mutants that the compiler refuses are no mutants. */
let stillborn = 0;
const survivors: Survivor[] = [];
const queue = [...tasks];
await Promise.all(Array.from({ length: WORKERS }, work));

const mutants = tasks.length - stillborn;
const unexplained = survivors.filter((survivor) => !survivor.reason);
if (values.json) console.log(JSON.stringify({ mutants, killed, survivors }));
else {
  for (const survivor of survivors) console.log(`survived: ${describe(survivor)}  ${survivor.reason ?? ""}`);
  console.log(`${killed} of ${mutants} mutants killed (${((100 * killed) / mutants).toFixed(1)} %)`);
}
process.exitCode = unexplained.length > mutants * 0.05 ? 1 : 0;

/** One worker: a copy of the project, in which one mutant after the other takes the contract's place. */
async function work(): Promise<void> {
  const copy = await copyProject();
  try {
    for (let task = queue.shift(); task; task = queue.shift()) {
      const outcome = await judge(task, copy.folder);
      if (outcome === "stillborn") ++stillborn;
      else if (outcome === "killed") ++killed;
      else survivors.push(survivorOf(task));
      const done = killed + stillborn + survivors.length;
      console.error(`${done}/${tasks.length} ${outcome}: ${describe(task)}`);
    }
  } finally {
    await copy.remove();
  }
}

async function judge(task: Task, folder: string): Promise<"killed" | "survived" | "stillborn"> {
  const { entry, tests } = target(task.contract);
  const sources = await collectSources(entry);
  sources.set(task.file, task.source);
  let bytecode: string;
  try {
    bytecode = compile(sources, entry, ["bytecode"]).contracts[task.contract]?.bytecode ?? "0x";
  } catch {
    // A type error, or code that can't be reached: the compiler is the test that notices.
    return "stillborn";
  }
  const file = path.join(folder, "artifacts", entry, `${task.contract}.json`);
  const original = await readFile(file, "utf8");
  const artifact = JSON.parse(original) as { bytecode: string };
  if (artifact.bytecode === bytecode) return "stillborn";
  await writeFile(file, JSON.stringify({ ...artifact, bytecode }));
  try {
    const run = await runHardhat(["test", "mocha", "--no-compile", ...tests], {
      folder,
      timeoutMs: TIMEOUT_MS,
      env: { COLOPHON_TEST_BAIL: "1" },
    });
    return run.code === 0 ? "survived" : "killed";
  } finally {
    await writeFile(file, original);
  }
}

/** A sample without repetition, spread over the contracts as their mutants are. */
function choose(from: Task[], count: number, by: number): Task[] {
  const prng = new Prng(by);
  const left = [...from];
  const chosen: Task[] = [];
  while (chosen.length < count && left.length > 0) chosen.push(...left.splice(prng.below(left.length), 1));
  return chosen;
}

function survivorOf({ contract, file, line, operator, before, after, source }: Task): Survivor {
  const text = source.split("\n")[line - 1]?.trim();
  const known = EQUIVALENT_MUTANTS.find((mutant) => mutant.contract === contract && mutant.line === text);
  return { contract, file, line, operator, before, after, ...(known ? { reason: known.reason } : {}) };
}

function describe(mutant: { file: string; line: number; operator: string; before: string; after: string }): string {
  return `${path.basename(mutant.file)}:${mutant.line} ${mutant.operator}: ${mutant.before} -> ${mutant.after || "(nothing)"}`;
}

function testsIn(folder: string): string[] {
  const files = readdirSync(path.join(import.meta.dirname, "../..", folder));
  return files.filter((file) => file.endsWith(".test.ts")).map((file) => path.join(folder, file));
}

function target(contract: string) {
  const found = TARGETS[contract];
  if (!found) throw new RangeError(`no mutation target named ${contract}`);
  return found;
}
