import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import type { Provider } from "ethers";
import hre, { network } from "hardhat";
import { privateKeyToAccount } from "viem/accounts";
import { bytecodeOf } from "../../common/abi/bytecode/index.ts";
import type { Deployment } from "../../common/config.ts";
import colophon from "../../ignition/modules/Colophon.ts";
import { ignitionParameters } from "../../ignition/parameters.ts";
import { deployContracts } from "../../scripts/deploy.ts";
import { DEPLOY_ORDER, predictAddresses } from "../../scripts/predict-addresses.ts";
import { ethers } from "./network.ts";

const ROOT = path.join(import.meta.dirname, "../..");
// The first of the well-known test accounts; the in-process chain gives it coin.
const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
/** Bytes: the EVM's own limit is 24,576. */
const SIZE_LIMIT = 20_000;

/**
 * Digest of the runtime code by contract: the addresses that a contract names are in it. The rewards also have the time of
 * their first epoch in it, so their code is another at each deployment.
 */
async function codeOf(at: Deployment["contracts"], provider: Provider): Promise<Record<string, string>> {
  const { EpochRewards: _, ...timeless } = at;
  const entries = Object.entries(timeless).map(async ([name, address]) => [
    name,
    ethers.keccak256(await provider.getCode(address)),
  ]);
  return Object.fromEntries(await Promise.all(entries)) as Record<string, string>;
}

describe("Deployment", () => {
  it("by Ignition makes the set that the script makes, byte for byte", async () => {
    const connection = await network.create();
    const [deployer] = await connection.ethers.getSigners();
    if (!deployer) throw new Error("the in-process chain has no account");
    const address = deployer.address as `0x${string}`;
    const deployed = await connection.ignition.deploy(colophon, {
      parameters: ignitionParameters({ deployer: address, nonce: 0n }),
    });
    const entries = DEPLOY_ORDER.map(async (name) => [name, await deployed[name].getAddress()]);
    const at = Object.fromEntries(await Promise.all(entries)) as Deployment["contracts"];
    expect(at).to.deep.equal(predictAddresses(address, 0n));

    const server = await network.createServer({ network: "default" }, "127.0.0.1", 0);
    const { address: host, port } = await server.listen();
    const provider = new ethers.JsonRpcProvider(`http://${host}:${port}`);
    try {
      const byScript = await deployContracts({ rpcUrl: `http://${host}:${port}`, privateKey: KEY });
      expect(byScript.contracts).to.deep.equal(at);
      const codes = await codeOf(at, connection.ethers.provider);
      expect(codes).to.deep.equal(await codeOf(at, provider));
      // The code names others: it is not the same wherever it stands.
      const market = await provider.getCode(at.JobMarket);
      expect(market.includes(at.RoyaltyLedger.slice(2).toLowerCase()), "the market names the ledger").to.equal(true);
    } finally {
      provider.destroy();
      await server.close();
    }
  });

  it("by the script, from the committed bytecode, wires the set; a second run changes nothing", async () => {
    const server = await network.createServer({ network: "default" }, "127.0.0.1", 0);
    const { address, port } = await server.listen();
    try {
      const rpcUrl = `http://${address}:${port}`;
      const deployment = await deployContracts({ rpcUrl, privateKey: KEY });
      const deployer = privateKeyToAccount(KEY);
      const provider = new ethers.JsonRpcProvider(rpcUrl);
      const again = await deployContracts({ rpcUrl, privateKey: KEY, existing: deployment });
      expect(again).to.equal(deployment);
      expect(await provider.getTransactionCount(deployer.address)).to.equal(DEPLOY_ORDER.length);
      expect(deployment.contracts).to.deep.equal(predictAddresses(deployer.address, 0n));
      const receipt = await provider.getBlock(deployment.deployBlock);
      expect(receipt?.transactions.length).to.equal(1);
      const elsewhere = { ...deployment, genesisHash: ethers.id("another chain") };
      const fresh = await deployContracts({ rpcUrl, privateKey: KEY, existing: elsewhere });
      expect(fresh.contracts).to.deep.equal(predictAddresses(deployer.address, BigInt(DEPLOY_ORDER.length)));
      provider.destroy();
    } finally {
      await server.close();
    }
  });

  it("uses bytecode, ABIs and a reference page that are those of the sources", async () => {
    const run = promisify(execFile);
    for (const script of ["scripts/abi.ts", "scripts/contracts/docs.ts"]) {
      const { stderr } = await run(process.execPath, [path.join(ROOT, script), "--check"]);
      expect(stderr).to.equal("");
    }
    for (const [name, bytecode] of Object.entries(bytecodeOf)) {
      const artifact = await hre.artifacts.readArtifact(name);
      expect(bytecode, name).to.equal(artifact.bytecode);
      expect((artifact.deployedBytecode.length - 2) / 2, `${name} in bytes`).to.be.within(1_000, SIZE_LIMIT);
    }
  });
});
