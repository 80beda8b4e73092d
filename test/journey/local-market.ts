/** A local chain with the contracts, and calls that a journey makes on it. */
import { encodeFunctionData, type Hex } from "viem";
import { licenseTokenAbi } from "../../common/abi/LicenseToken.ts";
import { workRegistryAbi } from "../../common/abi/WorkRegistry.ts";
import type { PublicConfig } from "../../common/config.ts";
import { TERM_PRESETS, ZERO_DIGEST, openOffer } from "../../common/terms.ts";
import { deployContracts } from "../../scripts/deploy.ts";
import { type DevChain, startDevChain } from "../../scripts/dev-chain/index.ts";
import { type Call, JourneyChain, walletOf } from "../../scripts/journey/chain.ts";

/** Starts a chain and deploys. `dataDir` keeps it when it is stopped. */
export async function startLocalMarket(dataDir?: string): Promise<{ devChain: DevChain; config: PublicConfig }> {
  const devChain = await startDevChain(dataDir ? { dataDir } : {});
  const deployment = await deployContracts({ rpcUrl: devChain.url, account: walletOf("deployer") });
  const config = { deployment, rpcUrl: devChain.url, gatewayUrl: devChain.url, local: true, version: "test" };
  return { devChain, config };
}

/** `LicenseToken.publish` of a work made of a number, with remix terms. */
export function publishCall(chain: JourneyChain, content: number, price: bigint): Call {
  return {
    to: chain.contracts.LicenseToken,
    data: encodeFunctionData({
      abi: licenseTokenAbi,
      functionName: "publish",
      args: [newWork(content), TERM_PRESETS.remix, openOffer(price)],
    }),
  };
}

/** `LicenseToken.publishDerivative`. */
export function deriveCall(
  chain: JourneyChain,
  content: number,
  { licenseId, buyOffer, price }: { licenseId: bigint; buyOffer: bigint; price: bigint },
): Call {
  return {
    to: chain.contracts.LicenseToken,
    data: encodeFunctionData({
      abi: licenseTokenAbi,
      functionName: "publishDerivative",
      args: [newWork(content), [licenseId], [buyOffer], TERM_PRESETS.remix, openOffer(price)],
    }),
  };
}

export async function totalWorks(chain: JourneyChain): Promise<bigint> {
  return await chain.client.readContract({
    address: chain.contracts.WorkRegistry,
    abi: workRegistryAbi,
    functionName: "totalWorks",
  });
}

function newWork(content: number) {
  const hash: Hex = `0x${content.toString(16).padStart(64, "0")}`;
  return {
    contentHash: hash,
    fingerprint: hash,
    metadataDigest: hash,
    provenanceHash: ZERO_DIGEST,
    fingerprintHeader: 1,
    kind: 1,
  };
}
