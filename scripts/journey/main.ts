// The main job without a browser: a file is registered, licensed, remixed by a node, registered again, sold, and everybody is paid.
// usage: npm run -s journey -- --file PATH [--json] [--fresh] [--url http://localhost:4600]
import path from "node:path";
import { ColophonError } from "../../common/errors.ts";
import { defaultRunDir } from "../stack/paths.ts";
import { parseArguments } from "./arguments.ts";
import { findStack } from "./find-stack.ts";
import { type JourneyFile, readJourneyFile } from "./read-file.ts";
import { describeReport } from "./describe-report.ts";
import { type JourneyReport, runJourney } from "./run-journey.ts";

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());

const json = process.argv.includes("--json");
try {
  const report = await main();
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : describeReport(report));
} catch (error) {
  process.exitCode = 1;
  const known = error instanceof ColophonError ? error : unexpected(error);
  process.stderr.write(`${known.code}: ${known.message.replaceAll(/\s+/g, " ")}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ error: known.toJSON() })}\n`);
}
// Sockets that are kept alive must not hold the process back.
process.exit();

async function main(): Promise<JourneyReport> {
  const { file: name, fresh, url } = parseArguments(process.argv.slice(2));
  const file: JourneyFile = await readJourneyFile(name);
  const onStep = (step: string, ms: number) =>
    process.stderr.write(`${step.padEnd(16)} ${String(ms).padStart(7)} ms\n`);
  const stack = url ? { url, runDir: defaultRunDir(), stop: async () => undefined } : await findStack({ fresh });
  try {
    const recordsDir = path.join(stack.runDir, "journeys");
    return await Promise.race([runJourney({ file, url: stack.url, recordsDir, onStep }), interrupted()]);
  } finally {
    await stack.stop();
  }
}

function interrupted(): Promise<never> {
  const error = new ColophonError("INTERRUPTED", "The journey was stopped; run the same command to go on.");
  return new Promise((_, reject) => {
    if (stopping.signal.aborted) reject(error);
    stopping.signal.addEventListener("abort", () => reject(error), { once: true });
  });
}

function unexpected(error: unknown): ColophonError {
  const message = error instanceof Error ? error.message : String(error);
  if (process.env.DEBUG) console.error(error);
  return new ColophonError("UNEXPECTED", message || "Something failed without saying why.", { cause: error });
}
