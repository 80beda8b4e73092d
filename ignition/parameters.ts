// Parameters of the Colophon module for a deployer and its next nonce.
// usage: node ignition/parameters.ts --deployer 0x… --nonce N [--admin 0x…] [--minimum-stake WEI] > parameters.json
import { parseArgs } from "node:util";
import { type Address, getAddress } from "viem";
import {
  DEFAULT_OPTIONS,
  type DeployOptions,
  type House,
  houseOf,
  predictAddresses,
} from "../scripts/predict-addresses.ts";

export type IgnitionParameters = { Colophon: { house: House } & DeployOptions };

/**
 * What `ignition/modules/Colophon.ts` needs to know.
 * @param parameters.nonce the deployer's nonce when the first contract is sent; nothing else may be sent in between
 * @param parameters.options what the deployer decides otherwise than `DEFAULT_OPTIONS`; the deployer is the admin unless it says so
 */
export function ignitionParameters(parameters: {
  deployer: Address;
  nonce: bigint;
  options?: Partial<DeployOptions>;
}): IgnitionParameters {
  const house = houseOf(predictAddresses(parameters.deployer, parameters.nonce));
  return { Colophon: { house, admin: parameters.deployer, ...DEFAULT_OPTIONS, ...parameters.options } };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      deployer: { type: "string" },
      nonce: { type: "string" },
      admin: { type: "string" },
      "minimum-stake": { type: "string" },
    },
  });
  if (!values.deployer || !values.nonce) {
    console.error(
      "usage: node ignition/parameters.ts --deployer 0x… --nonce N [--admin 0x…] [--minimum-stake WEI] > parameters.json",
    );
    process.exit(2);
  }
  const parameters = ignitionParameters({
    deployer: getAddress(values.deployer),
    nonce: BigInt(values.nonce),
    options: {
      ...(values.admin ? { admin: getAddress(values.admin) } : {}),
      ...(values["minimum-stake"] ? { minimumStake: BigInt(values["minimum-stake"]) } : {}),
    },
  });
  // Ignition reads a bigint as a string that ends in n.
  console.log(JSON.stringify(parameters, (_, value) => (typeof value === "bigint" ? `${value}n` : value), 2));
}
