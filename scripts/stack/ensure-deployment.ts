import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { createPublicClient, http } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { type Deployment, deploymentSchema } from "../../common/config.ts";
import { DEV_MNEMONIC } from "../../common/dev-wallets.ts";
import { deployContracts } from "../deploy.ts";

/**
 * The deployment recorded in `file` if it is one of this chain (same genesis, code at every address), else a new one, recorded
 * there.
 * @param target.rpcUrl a local chain: the first built-in wallet pays
 */
export async function ensureDeployment(target: { rpcUrl: string; file: string }): Promise<Deployment> {
  const client = createPublicClient({ transport: http(target.rpcUrl) });
  const genesis = await client.getBlock({ blockNumber: 0n });
  if (existsSync(target.file)) {
    const known = deploymentSchema.parse(JSON.parse(await readFile(target.file, "utf8")));
    if (known.genesisHash === genesis.hash) {
      const codes = await Promise.all(
        Object.values(known.contracts).map((address) => client.getCode({ address: address as `0x${string}` })),
      );
      if (codes.every((code) => code && code !== "0x")) return known;
    }
  }
  const deployment = await deployContracts({ rpcUrl: target.rpcUrl, account: mnemonicToAccount(DEV_MNEMONIC) });
  const temporary = `${target.file}.tmp`;
  await writeFile(temporary, `${JSON.stringify(deployment, null, 2)}\n`);
  await rename(temporary, target.file);
  return deployment;
}
