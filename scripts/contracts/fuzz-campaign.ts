// The Solidity fuzz and invariant tests, longer than the suite runs them.
// usage: npm run -s test:contracts -- [--runs N] [--depth N] [--seed S] [--grep TEXT] [--json]
import path from "node:path";
import { parseArgs } from "node:util";
import { runHardhat } from "./run-hardhat.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const HOURS = 3_600_000;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "5000" },
    depth: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    grep: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const [runs, depth, seed] = [Number(values.runs), Number(values.depth), Number(values.seed)];
if (![runs, depth, seed].every((number) => Number.isSafeInteger(number) && number > 0)) {
  console.error("usage: npm run -s test:contracts -- [--runs N] [--depth N] [--seed S] [--grep TEXT] [--json]");
  process.exit(2);
}

const run = await runHardhat(["test", "solidity", ...(values.grep ? ["--grep", values.grep] : [])], {
  folder: ROOT,
  timeoutMs: 12 * HOURS,
  env: {
    COLOPHON_FUZZ_RUNS: String(runs),
    COLOPHON_INVARIANT_DEPTH: String(depth),
    COLOPHON_FUZZ_SEED: `0x${seed.toString(16).padStart(2, "0")}`,
  },
  onLine: (line) => console.error(line),
});
const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(run.output)?.[1] ?? 0);
const passed = count("passing");
// A run that ends before it says how many failed is one failure.
const failed = run.code === 0 ? 0 : Math.max(1, count("failing"));
if (values.json) console.log(JSON.stringify({ runs, depth, failed, passed, seed }));
else console.log(`${passed} passed, ${failed} failed at ${runs} runs of depth ${depth}, seed ${seed}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
