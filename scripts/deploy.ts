/** Deploys the contracts from the committed bytecode. */
import {
  type Abi,
  type Account,
  type Address,
  createPublicClient,
  createWalletClient,
  defineChain,
  getContractAddress,
  type Hex,
  http,
  parseEther,
  zeroAddress,
} from "viem";
import {
  jobMarketAbi,
  licenseTokenAbi,
  operatorRegistryAbi,
  royaltyLedgerAbi,
  workRegistryAbi,
} from "../common/abi/index.ts";
import { jobMarketBytecode } from "../common/abi/bytecode/JobMarket.ts";
import { licenseTokenBytecode } from "../common/abi/bytecode/LicenseToken.ts";
import { operatorRegistryBytecode } from "../common/abi/bytecode/OperatorRegistry.ts";
import { royaltyLedgerBytecode } from "../common/abi/bytecode/RoyaltyLedger.ts";
import { workRegistryBytecode } from "../common/abi/bytecode/WorkRegistry.ts";
import type { Deployment } from "../common/config.ts";
import { ColophonError } from "../common/errors.ts";

/** Smallest stake of an operator, wei. */
export const MINIMUM_STAKE = parseEther("0.01");

/**
 * Deploys the five contracts, which know each other by addresses computed beforehand from the deployer's nonce.
 * @param options.account pays, and decides disputed jobs unless `arbitrator` is given
 * @returns addresses, chain and first block of the deployment
 * @throws ColophonError DEPLOY_FAILED when a contract did not land at its computed address
 */
export async function deployContracts(options: {
  rpcUrl: string;
  account: Account;
  arbitrator?: Address;
}): Promise<Deployment> {
  const { rpcUrl, account } = options;
  const reader = createPublicClient({ transport: http(rpcUrl), pollingInterval: 50 });
  const chainId = await reader.getChainId();
  const chain = defineChain({
    id: chainId,
    name: "deployment target",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const wallet = createWalletClient({ account, chain, transport: http(rpcUrl) });
  const firstNonce = await reader.getTransactionCount({ address: account.address });
  const at = (offset: number) => getContractAddress({ from: account.address, nonce: BigInt(firstNonce + offset) });
  const [registry, license, ledger, operators, market] = [at(0), at(1), at(2), at(3), at(4)];
  const plan: { name: keyof Deployment["contracts"]; abi: Abi; bytecode: Hex; args: unknown[]; address: Address }[] = [
    {
      name: "WorkRegistry",
      abi: workRegistryAbi,
      bytecode: workRegistryBytecode,
      args: [license, ledger],
      address: registry,
    },
    {
      name: "LicenseToken",
      abi: licenseTokenAbi,
      bytecode: licenseTokenBytecode,
      args: [registry, ledger],
      address: license,
    },
    {
      name: "RoyaltyLedger",
      abi: royaltyLedgerAbi,
      bytecode: royaltyLedgerBytecode,
      args: [registry, license, market],
      address: ledger,
    },
    {
      name: "OperatorRegistry",
      abi: operatorRegistryAbi,
      bytecode: operatorRegistryBytecode,
      args: [market, MINIMUM_STAKE],
      address: operators,
    },
    {
      name: "JobMarket",
      abi: jobMarketAbi,
      bytecode: jobMarketBytecode,
      args: [registry, ledger, operators, options.arbitrator ?? account.address],
      address: market,
    },
  ];
  const genesis = await reader.getBlock({ blockNumber: 0n });
  const contracts: Partial<Record<keyof Deployment["contracts"], Address>> = {};
  let deployBlock = 0;
  for (const [index, step] of plan.entries()) {
    const hash = await wallet.deployContract({ ...step, nonce: firstNonce + index });
    const receipt = await reader.waitForTransactionReceipt({ hash });
    const landed = receipt.contractAddress?.toLowerCase() ?? zeroAddress;
    if (receipt.status !== "success" || landed !== step.address.toLowerCase()) {
      throw new ColophonError("DEPLOY_FAILED", `${step.name} did not land at its computed address.`, {
        data: { expected: step.address, landed, hash },
      });
    }
    contracts[step.name] = step.address;
    if (index === 0) deployBlock = Number(receipt.blockNumber);
  }
  return { chainId, genesisHash: genesis.hash, deployBlock, contracts: contracts as Deployment["contracts"] };
}
