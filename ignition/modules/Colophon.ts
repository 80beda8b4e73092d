/**
 * The contracts, for real networks: `hardhat ignition deploy ignition/modules/Colophon.ts --network NAME --parameters FILE`.
 * The contracts name each other in immutables, so the module needs their addresses beforehand; `node ignition/parameters.ts` writes
 * them for a deployer and its next nonce. A wrong prediction costs one reverted deployment (`WiringMismatch`), never a miswired set.
 */
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import {
  constructorArguments,
  DEFAULT_OPTIONS,
  type ContractName,
  DEPLOY_ORDER,
  type DeployOptions,
  type House,
} from "../../scripts/predict-addresses.ts";

const colophon = buildModule("Colophon", (m) => {
  // Parameters stand in for the values: Ignition puts the file's in when it deploys.
  const house = m.getParameter("house") as unknown as House;
  const names = ["admin", ...Object.keys(DEFAULT_OPTIONS)];
  const options = Object.fromEntries(names.map((name) => [name, m.getParameter(name)])) as unknown as DeployOptions;
  const args = constructorArguments(house, options);

  // `after` keeps the order, and with it the nonces from which the addresses were predicted.
  const deploy = (name: ContractName, after: unknown[]) =>
    m.contract(name as string, args[name] as never[], { after: after as never[] });
  let after: ReturnType<typeof deploy>[] = [];
  return Object.fromEntries(
    DEPLOY_ORDER.map((name) => {
      const future = deploy(name, after);
      after = [future];
      return [name, future];
    }),
  ) as Record<ContractName, ReturnType<typeof deploy>>;
});

// oxlint-disable-next-line import/no-default-export -- Ignition loads a module's default export.
export default colophon;
