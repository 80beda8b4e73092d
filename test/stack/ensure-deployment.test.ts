import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import type { Deployment } from "../../common/config.ts";
import { ColophonError } from "../../common/errors.ts";
import { startDevChain } from "../../scripts/dev-chain/index.ts";
import { ensureDeployment } from "../../scripts/stack/ensure-deployment.ts";

describe("the contracts that a stack finds or deploys", () => {
  let chain: Awaited<ReturnType<typeof startDevChain>>;
  let folder: string;
  let file: string;
  let deployment: Deployment;
  before(async () => {
    chain = await startDevChain({ test: true });
    folder = await mkdtemp(path.join(tmpdir(), "colophon-deployment-"));
    file = path.join(folder, "deployment.json");
    deployment = await ensureDeployment({ rpcUrl: chain.url, file });
  });
  after(async () => {
    await chain?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const recorded = async () => JSON.parse(await readFile(file, "utf8")) as Deployment;

  it("are recorded, and found again by the next start", async () => {
    expect(await recorded()).to.deep.equal(deployment);
    expect(await ensureDeployment({ rpcUrl: chain.url, file })).to.deep.equal(deployment);
  });

  it("of an earlier set on the same chain are not replaced: the start says what to do", async () => {
    const { WorkRegistry, LicenseToken, RoyaltyLedger } = deployment.contracts;
    const older = { ...deployment, contracts: { WorkRegistry, LicenseToken, RoyaltyLedger } };
    await writeFile(file, JSON.stringify(older));
    const refusal = await ensureDeployment({ rpcUrl: chain.url, file }).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(ColophonError);
    const { code, message, data } = refusal as ColophonError;
    expect(code).to.equal("DEPLOYMENT_OUTDATED");
    expect(message).to.contain("npm run reset");
    expect((data as { missing: string[] }).missing).to.include.members(["JobChecks", "Marketplace"]);
    expect(await recorded()).to.deep.equal(older);
  });

  it("of a chain that is gone, whatever their set, are deployed anew", async () => {
    const foreign = { ...deployment, genesisHash: `0x${"12".repeat(32)}` };
    for (const contracts of [deployment.contracts, { WorkRegistry: deployment.contracts.WorkRegistry }]) {
      await writeFile(file, JSON.stringify({ ...foreign, contracts }));
      const fresh = await ensureDeployment({ rpcUrl: chain.url, file });
      expect(fresh.genesisHash).to.equal(deployment.genesisHash);
      expect(fresh.contracts.WorkRegistry).not.to.equal(deployment.contracts.WorkRegistry);
      expect(await recorded()).to.deep.equal(fresh);
    }
  });
});
