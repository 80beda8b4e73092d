// How much of the contracts the tests run: lines and statements, by contract.
// usage: npm run -s coverage:contracts -- [--json]
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { runHardhat } from "./run-hardhat.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const LCOV = path.join(ROOT, "coverage/lcov.info");
const TIMEOUT_MS = 60 * 60_000;

type FileCoverage = { lines: number; covered: number; percent: number; uncovered: number[] };

const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
// Instrumented code is other code: tests of gas and of the bytecode say nothing about it.
const NOT_OF_GAS = String.raw`^(?!.*\bgas\b).*$`;
const tests = (await readdir(path.join(ROOT, "test/contracts"), { recursive: true }))
  .filter((file) => file.endsWith(".test.ts") && !/(gas|deployment)\.test\.ts$/.test(file))
  .map((file) => path.join("test/contracts", file));
const run = await runHardhat(["test", "mocha", "--coverage", "--grep", NOT_OF_GAS, ...tests], {
  folder: ROOT,
  timeoutMs: TIMEOUT_MS,
  onLine: (line) => console.error(line),
});
if (run.code !== 0) {
  console.error("a test failed: no coverage");
  process.exit(1);
}
const files = parseLcov(await readFile(LCOV, "utf8"));
const lines = Object.values(files).reduce((sum, file) => sum + file.lines, 0);
const covered = Object.values(files).reduce((sum, file) => sum + file.covered, 0);
const percent = percentOf(covered, lines);
if (values.json) console.log(JSON.stringify({ lines, covered, percent, files }));
else {
  for (const [file, { percent: share, uncovered }] of Object.entries(files)) {
    console.log(
      `${share.toFixed(1).padStart(5)} %  ${file}${uncovered.length > 0 ? `  not: ${uncovered.join(", ")}` : ""}`,
    );
  }
  console.log(`${percent.toFixed(1)} % of ${lines} lines`);
}

/** Lines by source file, without what is there for tests only. */
function parseLcov(text: string): Record<string, FileCoverage> {
  const found: Record<string, FileCoverage> = {};
  for (const record of text.split("end_of_record")) {
    const file = /^SF:(.+)$/m.exec(record)?.[1];
    if (!file || file.includes("contracts/testing/") || !file.includes("contracts/")) continue;
    const counts = [...record.matchAll(/^DA:(\d+),(\d+)/gm)].map(
      ([, line, hits]) => [Number(line), Number(hits)] as const,
    );
    const uncovered = counts.filter(([, hits]) => hits === 0).map(([line]) => line);
    const covered = counts.length - uncovered.length;
    const name = file.slice(file.indexOf("contracts/"));
    found[name] = { lines: counts.length, covered, percent: percentOf(covered, counts.length), uncovered };
  }
  return found;
}

function percentOf(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.round((10_000 * part) / whole) / 100;
}
