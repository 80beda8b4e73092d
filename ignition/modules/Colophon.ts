/**
 * The contracts, for real networks: `hardhat ignition deploy ignition/modules/Colophon.ts --network NAME --parameters FILE`.
 * The contracts name each other in immutables, so the module needs their addresses beforehand; `node ignition/parameters.ts` writes
 * them for a deployer and its next nonce. A wrong prediction costs one reverted deployment (`WiringMismatch`), never a miswired set.
 */
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { constructorArguments, DEPLOY_ORDER, type DeployOptions, type House } from "../../scripts/predict-addresses.ts";

type Future = ReturnType<Parameters<Parameters<typeof buildModule>[1]>[0]["contract"]>;

const colophon = buildModule("Colophon", (m) => {
  // Parameters stand in for the values: Ignition puts the file's in when it deploys.
  const house = m.getParameter("house") as unknown as House;
  const options = {
    admin: m.getParameter<string>("admin"),
    arbitrator: m.getParameter<string>("arbitrator"),
    minimumStake: m.getParameter<bigint>("minimumStake"),
  } as unknown as DeployOptions;
  const args = constructorArguments(house, options) as Record<string, Parameters<typeof m.contract>[1]>;

  // `after` keeps the order, and with it the nonces from which the addresses were predicted.
  const contracts: Record<string, Future> = {};
  let last: Future | null = null;
  for (const name of DEPLOY_ORDER) {
    last = m.contract(name, args[name], { after: last ? [last] : [] }) as Future;
    contracts[name] = last;
  }
  return contracts as never;
});

// oxlint-disable-next-line import/no-default-export -- Ignition loads a module's default export.
export default colophon;
