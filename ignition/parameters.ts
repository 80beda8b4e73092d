// Parameters of the Colophon module for a deployer and its next nonce.
// usage: node ignition/parameters.ts --deployer 0x… --nonce N [--arbitrator 0x…] [--minimum-stake WEI] > parameters.json
import { parseArgs } from "node:util";
import { type Address, getAddress } from "viem";
import {
  DEFAULT_MINIMUM_STAKE,
  type DeployOptions,
  type House,
  houseOf,
  predictAddresses,
} from "../scripts/predict-addresses.ts";

export type IgnitionParameters = { Colophon: { house: House } & DeployOptions };

/**
 * What `ignition/modules/Colophon.ts` needs to know.
 * @param parameters.nonce the deployer's nonce when the first contract is sent; nothing else may be sent in between
 * @param parameters.arbitrator who rules disputed jobs; default: the deployer
 */
export function ignitionParameters(parameters: {
  deployer: Address;
  nonce: bigint;
  arbitrator?: Address;
  minimumStake?: bigint;
}): IgnitionParameters {
  const options = {
    admin: parameters.deployer,
    arbitrator: parameters.arbitrator ?? parameters.deployer,
    minimumStake: parameters.minimumStake ?? DEFAULT_MINIMUM_STAKE,
  };
  return {
    Colophon: { house: houseOf(predictAddresses(parameters.deployer, parameters.nonce), options), ...options },
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      deployer: { type: "string" },
      nonce: { type: "string" },
      arbitrator: { type: "string" },
      "minimum-stake": { type: "string" },
    },
  });
  if (!values.deployer || !values.nonce) {
    console.error(
      "usage: node ignition/parameters.ts --deployer 0x… --nonce N [--arbitrator 0x…] [--minimum-stake WEI] > parameters.json",
    );
    process.exit(2);
  }
  const parameters = ignitionParameters({
    deployer: getAddress(values.deployer),
    nonce: BigInt(values.nonce),
    arbitrator: values.arbitrator ? getAddress(values.arbitrator) : undefined,
    minimumStake: values["minimum-stake"] ? BigInt(values["minimum-stake"]) : undefined,
  });
  // Ignition reads a bigint as a string that ends in n.
  console.log(JSON.stringify(parameters, (_, value) => (typeof value === "bigint" ? `${value}n` : value), 2));
}
