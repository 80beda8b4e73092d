/**
 * `npm run -s fuzz:media -- --count N --seed S [--json]`: fingerprints N damaged files in a process of its own, which is
 * replaced when it dies, stands still for two seconds, or is too fat; then the bombs. A file is named by seed and number:
 * the same ones come again.
 * JSON: {files, crashes, hangs, maxMs, maxRssMb, slowest, codes, failures, bombs:[{name, code, ms}]}
 */
import { fork } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import type { FuzzOrder, FuzzReport } from "./media-child.ts";

/** Longest time for one file, ms. */
const HANG_MS = 2000;
/** Most resident memory of the process, MB. */
const MAX_RSS_MB = 1024;

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    json: { type: "boolean", default: false },
  },
});
type Done = Extract<FuzzReport, { done: number }>;
type Failure = { file: string; what: string };

const count = Number(values.count);
const from = Number(values.from);
const result = { files: 0, crashes: 0, hangs: 0, maxMs: 0, maxRssMb: 0, slowest: "" };
const codes: Record<string, number> = {};
const failures: Failure[] = [];

for (let next = from; next < from + count; ) {
  next = await batch({ seed: values.seed, from: next, to: from + count }, record);
}
const bombs: { name: string; code: string; ms: number }[] = [];
await batch({ bombs: true }, ({ source, code, ms }) => bombs.push({ name: source, code, ms: Math.round(ms) }));

const { maxMs, maxRssMb, ...rest } = result;
const report = {
  ...rest,
  maxMs: Math.round(maxMs),
  maxRssMb: Math.round(maxRssMb),
  seed: values.seed,
  codes,
  failures,
  bombs,
};
if (values.json) console.log(JSON.stringify(report));
else console.log(JSON.stringify(report, null, 1));
const bombsHold =
  bombs.length > 0 && bombs.every(({ code, ms }) => ms < 1000 && !["accepted", "unexpected"].includes(code));
process.exitCode = result.crashes + result.hangs === 0 && maxRssMb <= MAX_RSS_MB && bombsHold ? 0 : 1;

function record({ done, source, ms, rssMb, code, unexpected }: Done): void {
  result.files++;
  codes[code] = (codes[code] ?? 0) + 1;
  if (ms > result.maxMs) Object.assign(result, { maxMs: ms, slowest: `${done} ${source} ${code}` });
  result.maxRssMb = Math.max(result.maxRssMb, rssMb);
  if (ms > HANG_MS) fail(done, source, `took ${Math.round(ms)} ms`, "hangs");
  if (unexpected) fail(done, source, unexpected, "crashes");
}

function fail(file: number, source: string, what: string, kind: "crashes" | "hangs"): void {
  result[kind]++;
  failures.push({ file: `${file} ${source}`, what });
}

/** Runs a child until it ends, dies or stands still. @returns the number of the next file */
function batch(order: FuzzOrder, onDone: (report: Done) => void): Promise<number> {
  const first = "bombs" in order ? 0 : order.from;
  return new Promise((resolve) => {
    const child = fork(path.join(import.meta.dirname, "media-child.ts"), {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let begun = first;
    let open = false;
    let hung = false;
    let complaint = "";
    let timer: NodeJS.Timeout | undefined;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (complaint = (complaint + text).slice(-2000)));
    child.on("message", (report: FuzzReport) => {
      clearTimeout(timer);
      if ("begun" in report) {
        begun = report.begun;
        open = true;
        // Three times the limit: the time that counts is the child's own, not what this process waits.
        timer = setTimeout(() => {
          hung = true;
          child.kill("SIGKILL");
        }, 3 * HANG_MS);
      } else {
        open = false;
        onDone(report);
      }
    });
    child.once("close", () => {
      clearTimeout(timer);
      if (open) {
        result.files++;
        fail(begun, "", hung ? "stood still" : `died: ${complaint}`, hung ? "hangs" : "crashes");
      }
      resolve(open ? begun + 1 : "bombs" in order ? 0 : order.to);
    });
    child.send(order);
  });
}
