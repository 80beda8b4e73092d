/**
 * `npm run -s eval:iscc -- --vectors FILE [--json]`: how many ISCC conformance vectors we reproduce. The file has the
 * format of `iscc_core/data.json` of github.com/iscc/iscc-core; it is not part of this repository.
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { evalVectors, type VectorFile } from "./iscc/eval-vectors.ts";

const USAGE = "usage: npm run -s eval:iscc -- --vectors FILE [--json]";

const { values } = parseArgs({
  options: { vectors: { type: "string" }, json: { type: "boolean", default: false }, help: { type: "boolean" } },
});
if (!values.vectors) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}
const report = evalVectors(JSON.parse(await readFile(values.vectors, "utf8")) as VectorFile);
if (values.json) console.log(JSON.stringify(report));
else {
  for (const [type, { passed, total }] of Object.entries(report.byType)) console.log(`${type}: ${passed} of ${total}`);
  for (const { name, expected, got } of report.failures)
    console.log(`${name}\n  expected ${JSON.stringify(expected)}\n  got      ${JSON.stringify(got)}`);
  console.log(`${report.passed} of ${report.total}`);
}
process.exitCode = report.total > 0 && report.passed === report.total ? 0 : 1;
