// Steady-state gas of each journey, and the largest contract.
// usage: npm run -s gas -- [--json] [--update]   (--update writes test/contracts/gas/gas-snapshot.json)
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { runHardhat } from "./run-hardhat.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const SNAPSHOT = path.join(ROOT, "test/contracts/gas/gas-snapshot.json");

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, update: { type: "boolean", default: false } },
});
const built = await runHardhat(["build"], { folder: ROOT, timeoutMs: 600_000 });
if (built.code !== 0) throw new Error(`the contracts do not compile:\n${built.output}`);

// Loaded now: they open the in-process chain on the artifacts just built.
const { measureGas, maxRuntimeSize } = await import("../../test/contracts/gas/measure-gas.ts");
const { deployHouse } = await import("../../test/contracts/house.ts");
const gas = await measureGas();
if (values.update) await writeFile(SNAPSHOT, `${JSON.stringify(gas, null, 2)}\n`);
const rows = { ...gas, maxRuntimeSize: await maxRuntimeSize((await deployHouse()).addresses) };
if (values.json) console.log(JSON.stringify(rows));
else
  for (const [what, figure] of Object.entries(rows))
    console.log(`${what.padEnd(28)} ${figure.toLocaleString("en-US")}`);
process.exit(0);
