/** Program: seeds the small plan; prints one line of JSON per step of progress, then the result. */
import { readFile } from "node:fs/promises";
import { deploymentSchema } from "../../common/config.ts";
import { seedMarket } from "../../scripts/seed/seed-market.ts";
import { smallPlan } from "./small-plan.ts";

const [rpcUrl, storeUrl, storeToken, deploymentFile, stateFile, nodeUrl] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const result = await seedMarket({
  rpcUrl,
  storeUrl,
  storeToken,
  deployment: deploymentSchema.parse(JSON.parse(await readFile(deploymentFile, "utf8"))),
  nodeUrl,
  stateFile,
  plan: smallPlan(),
  onProgress: (progress) => console.log(JSON.stringify(progress)),
});
console.log(JSON.stringify(result));
