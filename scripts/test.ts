// All tests: each suite in a process of its own, one after the other; the last line adds up what the runners counted.
// usage: node scripts/test.ts [suite…] [--list]
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

type Counts = { passed: number; failed: number; skipped: number };
type Suite = {
  name: string;
  command: string[];
  /** How the counts are found: in the file our mocha reporter writes, in the output, or one test = the exit code. */
  counts: "file" | "exit" | ((output: string) => Counts | null);
  timeoutMinutes: number;
};

const ROOT = path.join(import.meta.dirname, "..");
const BIN = path.join(ROOT, "node_modules");
const HARDHAT = path.join(BIN, "hardhat/dist/src/cli.js");
const MOCHA = path.join(BIN, "mocha/bin/mocha.js");

const mocha = (name: string, timeoutMinutes = 6): Suite => ({
  name,
  command: [
    MOCHA,
    "--reporter",
    "scripts/mocha-reporter.cjs",
    "--timeout",
    "60000",
    "--extension",
    "ts",
    `test/${name}/**/*.test.ts`,
  ],
  counts: "file",
  timeoutMinutes,
});

const SUITES: Suite[] = [
  {
    name: "types",
    command: [path.join(BIN, "typescript/bin/tsc"), "-p", "tsconfig.json"],
    counts: "exit",
    timeoutMinutes: 3,
  },
  {
    name: "types-browser",
    command: [path.join(BIN, "typescript/bin/tsc"), "-p", "tsconfig.browser.json"],
    counts: "exit",
    timeoutMinutes: 3,
  },
  {
    name: "types-dapp",
    command: [path.join(BIN, "typescript/bin/tsc"), "-p", "frontend/tsconfig.json"],
    counts: "exit",
    timeoutMinutes: 3,
  },
  { name: "contracts", command: [HARDHAT, "test", "mocha"], counts: "file", timeoutMinutes: 8 },
  { name: "solidity", command: [HARDHAT, "test", "solidity"], counts: solidityCounts, timeoutMinutes: 8 },
  mocha("common"),
  mocha("fingerprint"),
  mocha("storage"),
  mocha("dev-chain"),
  mocha("indexer"),
  mocha("gen-node"),
  mocha("seed"),
  mocha("rewards"),
  mocha("frontend"),
  mocha("journey"),
  mocha("stack", 8),
  mocha("e2e", 8),
];

const args = process.argv.slice(2);
if (args.includes("--list")) {
  console.log(SUITES.map((suite) => suite.name).join("\n"));
  process.exit(0);
}
const unknown = args.filter((name) => !SUITES.some((suite) => suite.name === name));
if (unknown.length > 0) throw new Error(`unknown suite: ${unknown.join(", ")}`);
const chosen = args.length > 0 ? SUITES.filter((suite) => args.includes(suite.name)) : SUITES;

const temporary = await mkdtemp(path.join(tmpdir(), "colophon-test-"));
const total: Counts = { passed: 0, failed: 0, skipped: 0 };
const rows: string[] = [];
for (const suite of chosen) {
  console.log(`\n===== ${suite.name}`);
  const begin = performance.now();
  const counts = await run(suite);
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  rows.push(
    `${suite.name.padEnd(14)} ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped  (${seconds} s)`,
  );
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}
await rm(temporary, { recursive: true, force: true });
console.log(`\n${rows.join("\n")}\n`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/** Runs one suite. A runner that breaks, hangs or counts nothing is one failed test. */
async function run(suite: Suite): Promise<Counts> {
  const countsFile = path.join(temporary, `${suite.name}.json`);
  const child = spawn(process.execPath, suite.command, {
    cwd: ROOT,
    env: { ...process.env, TEST_COUNTS: countsFile, FORCE_COLOR: process.stdout.isTTY ? "1" : "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      process.stdout.write(text);
    });
  }
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, suite.timeoutMinutes * 60_000);
  const code = await new Promise<number>((resolve) => child.once("close", (exit) => resolve(exit ?? 1)));
  clearTimeout(timer);
  if (timedOut) console.log(`${suite.name}: stopped after ${suite.timeoutMinutes} minutes`);

  if (suite.counts === "exit") return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  let counts: Counts | null;
  if (suite.counts === "file") {
    counts = existsSync(countsFile) ? (JSON.parse(await readFile(countsFile, "utf8")) as Counts) : null;
  } else {
    counts = suite.counts(output);
  }
  if (!counts || counts.passed + counts.failed === 0) {
    console.log(`${suite.name}: no test was counted`);
    return { passed: 0, failed: 1, skipped: counts?.skipped ?? 0 };
  }
  if ((code !== 0 || timedOut) && counts.failed === 0) counts.failed = 1;
  return counts;
}

/** Hardhat's summary of Solidity tests: "12 passing", "1 failing", "2 skipped". */
function solidityCounts(output: string): Counts | null {
  const number = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(output)?.[1] ?? 0);
  const counts = { passed: number("passing"), failed: number("failing"), skipped: number("skipped") };
  return counts.passed + counts.failed > 0 ? counts : null;
}
