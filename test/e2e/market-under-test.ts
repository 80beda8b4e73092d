/** The market that the browser tests visit: one seeded stack for all of them, started by the first that asks. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Deployment, deploymentSchema } from "../../common/config.ts";
import { readState } from "../../scripts/stack/state.ts";
import { startTemporaryStack } from "../../scripts/stack/temporary.ts";

export type MarketUnderTest = {
  /** Origin of the dapp, no slash at the end. */
  url: string;
  rpcUrl: string;
  gatewayUrl: string;
  deployment: Deployment;
};

let market: Promise<MarketUnderTest> | null = null;
let stop: () => Promise<void> = async () => {};

/**
 * The market, started on the first call. `E2E_RUN_DIR` names the folder of a stack that runs already (`.run` of `npm start`):
 * the tests then visit that one and leave it running.
 */
export function marketUnderTest(): Promise<MarketUnderTest> {
  market ??= process.env.E2E_RUN_DIR ? runningMarket(process.env.E2E_RUN_DIR) : temporaryMarket();
  return market;
}

async function temporaryMarket(): Promise<MarketUnderTest> {
  const { url, stack, stop: stopStack } = await startTemporaryStack({ seed: true, dapp: true });
  stop = () => stopStack();
  return { url, rpcUrl: stack.urlOf("chain"), gatewayUrl: stack.urlOf("store"), deployment: stack.deployment };
}

async function runningMarket(runDir: string): Promise<MarketUnderTest> {
  const services = readState(runDir)?.services;
  const urlOf = (name: string) => {
    const found = services?.[name]?.url;
    if (!found) throw new Error(`no ${name} runs from ${runDir}`);
    return found;
  };
  const deployment = deploymentSchema.parse(JSON.parse(await readFile(path.join(runDir, "deployment.json"), "utf8")));
  return { url: urlOf("market"), rpcUrl: urlOf("chain"), gatewayUrl: urlOf("store"), deployment };
}

after("stop the market", async function () {
  this.timeout(30_000);
  await stop();
});
