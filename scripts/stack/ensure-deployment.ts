import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { createPublicClient, http } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { z } from "zod";
import { type Deployment, deploymentSchema } from "../../common/config.ts";
import { DEV_MNEMONIC } from "../../common/dev-wallets.ts";
import { ColophonError } from "../../common/errors.ts";
import { deployContracts, isDeployed } from "../deploy.ts";

/** What every version of the file has. */
const anyDeploymentSchema = z.object({ genesisHash: z.string(), contracts: z.record(z.string(), z.string()) });

/**
 * The deployment recorded in `file` if it is one of this chain (same genesis, code at every address), else a new one, recorded
 * there.
 * @param target.rpcUrl a local chain: the first built-in wallet pays
 * @throws ColophonError DEPLOYMENT_OUTDATED when the file names an older set of contracts on this very chain: works and
 * licenses are in those, so that nothing is replaced without being asked
 */
export async function ensureDeployment(target: { rpcUrl: string; file: string }): Promise<Deployment> {
  const client = createPublicClient({ transport: http(target.rpcUrl) });
  if (existsSync(target.file)) {
    const content: unknown = JSON.parse(await readFile(target.file, "utf8"));
    const recorded = anyDeploymentSchema.parse(content);
    const current = deploymentSchema.safeParse(content);
    if (current.success) {
      if (await isDeployed(client, current.data)) return current.data;
    } else if (recorded.genesisHash === (await client.getBlock({ blockNumber: 0n })).hash) {
      const missing = Object.keys(deploymentSchema.shape.contracts.shape).filter((name) => !recorded.contracts[name]);
      throw new ColophonError(
        "DEPLOYMENT_OUTDATED",
        "The market in this folder was made with an earlier set of contracts, which this version does not speak to. " +
          "`npm run reset` removes the local data, and the next `npm start` makes a new market.",
        { data: { file: target.file, missing } },
      );
    }
  }
  const deployment = await deployContracts({ rpcUrl: target.rpcUrl, account: mnemonicToAccount(DEV_MNEMONIC) });
  const temporary = `${target.file}.tmp`;
  await writeFile(temporary, `${JSON.stringify(deployment, null, 2)}\n`);
  await rename(temporary, target.file);
  return deployment;
}
