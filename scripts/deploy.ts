// Deploys the contracts from the committed bytecode: no compiler needed.
// usage: PRIVATE_KEY=0x… node scripts/deploy.ts --rpc URL --out deployment.json
import { readFile, rename, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import {
  type Abi,
  type Account,
  type Address,
  createPublicClient,
  createWalletClient,
  type Hex,
  http,
  isAddressEqual,
  type PublicClient,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { bytecodeOf } from "../common/abi/bytecode/index.ts";
import { abiOf } from "../common/abi/index.ts";
import { type Deployment, deploymentSchema } from "../common/config.ts";
import { ColophonError } from "../common/errors.ts";
import {
  constructorArguments,
  DEFAULT_OPTIONS,
  DEPLOY_ORDER,
  type DeployOptions,
  houseOf,
  predictAddresses,
} from "./predict-addresses.ts";

export type DeployContractsParameters = {
  rpcUrl: string;
  /** Pays for the deployment; nothing else may send from it meanwhile. Either this or `privateKey`. */
  account?: Account;
  privateKey?: Hex;
  /** What the deployer decides; default: the deployer holds the roles, and `DEFAULT_OPTIONS`. */
  options?: Partial<DeployOptions>;
  /** A former deployment; returned as it is while it stands on this chain. */
  existing?: Deployment | null;
};

/**
 * Deploys the contracts, or returns `existing` when it is still there.
 * @throws ColophonError NO_DEPLOYER_KEY, DEPLOYMENT_FAILED (a transaction reverted, landed elsewhere or left no code)
 */
export async function deployContracts(parameters: DeployContractsParameters): Promise<Deployment> {
  const account = parameters.account ?? (parameters.privateKey ? privateKeyToAccount(parameters.privateKey) : null);
  if (!account) throw new ColophonError("NO_DEPLOYER_KEY", "Deploying needs an account or a private key.");
  const transport = http(parameters.rpcUrl);
  const reader = createPublicClient({ transport, pollingInterval: 50 });
  if (parameters.existing && (await isDeployed(reader, parameters.existing))) return parameters.existing;

  const wallet = createWalletClient({ account, transport });
  const [chainId, genesis, nonce] = await Promise.all([
    reader.getChainId(),
    reader.getBlock({ blockNumber: 0n }),
    reader.getTransactionCount({ address: account.address, blockTag: "pending" }),
  ]);
  const at = predictAddresses(account.address, BigInt(nonce));
  const options = { admin: account.address, ...DEFAULT_OPTIONS, ...parameters.options };
  const args = constructorArguments(houseOf(at), options);

  const hashes: Hex[] = [];
  for (const [index, name] of DEPLOY_ORDER.entries()) {
    const abi: Abi = abiOf[name];
    hashes.push(
      await wallet.deployContract({
        abi,
        bytecode: bytecodeOf[name],
        args: args[name],
        chain: null,
        nonce: nonce + index,
      }),
    );
  }
  let deployBlock: bigint | null = null;
  for (const [index, name] of DEPLOY_ORDER.entries()) {
    const hash = hashes[index] as Hex;
    const receipt = await reader.waitForTransactionReceipt({ hash });
    const landed = receipt.status === "success" && receipt.contractAddress;
    if (!landed || !isAddressEqual(landed, at[name])) {
      throw new ColophonError("DEPLOYMENT_FAILED", `${name} was not deployed where it was expected.`, {
        data: { name, hash, expected: at[name], found: receipt.contractAddress },
      });
    }
    deployBlock ??= receipt.blockNumber;
  }
  const deployment = deploymentSchema.parse({
    chainId,
    genesisHash: genesis.hash,
    deployBlock: Number(deployBlock),
    contracts: at,
  });
  if (!(await isDeployed(reader, deployment))) {
    throw new ColophonError("DEPLOYMENT_FAILED", "A contract has no code after its deployment.", { data: deployment });
  }
  return deployment;
}

/** Whether a deployment stands on the chain a client talks to: the same genesis, and code at every address. */
export async function isDeployed(client: PublicClient, deployment: Deployment): Promise<boolean> {
  const genesis = await client.getBlock({ blockNumber: 0n });
  if (genesis.hash !== deployment.genesisHash) return false;
  const codes = await Promise.all(
    Object.values(deployment.contracts).map((address) => client.getCode({ address: address as Address })),
  );
  return codes.every((code) => code !== undefined && code !== "0x");
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rpc: { type: "string" }, out: { type: "string" } } });
  if (!values.rpc || !values.out) {
    console.error("usage: PRIVATE_KEY=0x… node scripts/deploy.ts --rpc URL --out deployment.json");
    process.exit(2);
  }
  const out = values.out;
  const text = await readFile(out, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  const deployment = await deployContracts({
    rpcUrl: values.rpc,
    privateKey: process.env.PRIVATE_KEY as Hex | undefined,
    existing: text === null ? null : deploymentSchema.parse(JSON.parse(text)),
  });
  await writeFile(`${out}.tmp`, `${JSON.stringify(deployment, null, 2)}\n`);
  await rename(`${out}.tmp`, out);
  console.log(JSON.stringify(deployment, null, 2));
}
