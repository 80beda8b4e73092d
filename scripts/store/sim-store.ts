/**
 * `npm run -s sim:store -- [--kills N] [--seed S] [--json]`: kills a process that adds, releases and collects, and checks what is left
 * each time. Prints `{kills, torn, lost, stray, acknowledged}`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { killStore } from "./kill-store.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
const dir = await mkdtemp(path.join(tmpdir(), "colophon-sim-store-"));
try {
  const report = await killStore(dir, { kills: Number(values.kills), seed: values.seed });
  if (values.json) console.log(JSON.stringify(report));
  else {
    const { kills, acknowledged, torn, lost, stray } = report;
    console.log(`${kills} kills, ${acknowledged} works acknowledged: ${torn} torn, ${lost} lost, ${stray} stray`);
  }
  process.exitCode = report.torn + report.lost + report.stray === 0 ? 0 : 1;
} finally {
  await rm(dir, { recursive: true, force: true });
}
