import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import hre, { network } from "hardhat";
import { privateKeyToAccount } from "viem/accounts";
import { jobMarketBytecode } from "../../common/abi/bytecode/JobMarket.ts";
import { licenseTokenBytecode } from "../../common/abi/bytecode/LicenseToken.ts";
import { operatorRegistryBytecode } from "../../common/abi/bytecode/OperatorRegistry.ts";
import { royaltyLedgerBytecode } from "../../common/abi/bytecode/RoyaltyLedger.ts";
import { workRegistryBytecode } from "../../common/abi/bytecode/WorkRegistry.ts";
import type { Deployment } from "../../common/config.ts";
import colophon from "../../ignition/modules/Colophon.ts";
import { ignitionParameters } from "../../ignition/parameters.ts";
import { deployContracts } from "../../scripts/deploy.ts";
import { DEFAULT_MINIMUM_STAKE, predictAddresses } from "../../scripts/predict-addresses.ts";
import { deployHouse } from "./house.ts";
import { ethers, loadFixture } from "./network.ts";

const ROOT = path.join(import.meta.dirname, "../..");
// The first of the well-known test accounts; the in-process chain gives it coin.
const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
/** Bytes: the EVM's own limit is 24,576. */
const SIZE_LIMIT = 20_000;

type Wiring = Record<string, string>;

/** Whom each contract names, by name. */
async function wiringOf(at: Deployment["contracts"], provider = ethers): Promise<Wiring> {
  const named = new Map(Object.entries(at).map(([name, address]) => [address.toLowerCase(), name]));
  const read = async (contract: string, address: string, getter: string) => {
    const instance = await provider.getContractAt(contract, address);
    const found = String(await instance.getFunction(getter)());
    return named.get(found.toLowerCase()) ?? found;
  };
  const receivers = await (await provider.getContractAt("WorkRegistry", at.WorkRegistry)).getFunction(
    "royaltyReceivers",
  )();
  return {
    "WorkRegistry.licenseToken": await read("WorkRegistry", at.WorkRegistry, "licenseToken"),
    "RoyaltyReceivers.ledger": await read("RoyaltyReceivers", receivers, "ledger"),
    "LicenseToken.workRegistry": await read("LicenseToken", at.LicenseToken, "workRegistry"),
    "LicenseToken.royaltyLedger": await read("LicenseToken", at.LicenseToken, "royaltyLedger"),
    "RoyaltyLedger.workRegistry": await read("RoyaltyLedger", at.RoyaltyLedger, "workRegistry"),
    "RoyaltyLedger.licenseToken": await read("RoyaltyLedger", at.RoyaltyLedger, "licenseToken"),
    "RoyaltyLedger.jobMarket": await read("RoyaltyLedger", at.RoyaltyLedger, "jobMarket"),
    "OperatorRegistry.jobMarket": await read("OperatorRegistry", at.OperatorRegistry, "jobMarket"),
    "OperatorRegistry.minimumStake": await read("OperatorRegistry", at.OperatorRegistry, "minimumStake"),
    "JobMarket.workRegistry": await read("JobMarket", at.JobMarket, "workRegistry"),
    "JobMarket.royaltyLedger": await read("JobMarket", at.JobMarket, "royaltyLedger"),
    "JobMarket.operatorRegistry": await read("JobMarket", at.JobMarket, "operatorRegistry"),
    "JobMarket.arbitrator": await read("JobMarket", at.JobMarket, "arbitrator"),
  };
}

function expectedWiring(arbitrator: string): Wiring {
  return {
    "WorkRegistry.licenseToken": "LicenseToken",
    "RoyaltyReceivers.ledger": "RoyaltyLedger",
    "LicenseToken.workRegistry": "WorkRegistry",
    "LicenseToken.royaltyLedger": "RoyaltyLedger",
    "RoyaltyLedger.workRegistry": "WorkRegistry",
    "RoyaltyLedger.licenseToken": "LicenseToken",
    "RoyaltyLedger.jobMarket": "JobMarket",
    "OperatorRegistry.jobMarket": "JobMarket",
    "OperatorRegistry.minimumStake": DEFAULT_MINIMUM_STAKE.toString(),
    "JobMarket.workRegistry": "WorkRegistry",
    "JobMarket.royaltyLedger": "RoyaltyLedger",
    "JobMarket.operatorRegistry": "OperatorRegistry",
    "JobMarket.arbitrator": arbitrator,
  };
}

describe("Deployment", () => {
  it("is refused by the first contract that an address was predicted wrongly for", async () => {
    const house = await loadFixture(deployHouse);
    const nonce = await ethers.provider.getTransactionCount(house.deployer.address);
    const at = predictAddresses(house.deployer.address as `0x${string}`, BigInt(nonce) + 1n);
    const works = await ethers.deployContract("WorkRegistry", [at.LicenseToken, at.RoyaltyLedger], house.deployer);
    const factory = await ethers.getContractFactory("LicenseToken", house.deployer);
    await expect(factory.deploy(await works.getAddress(), at.RoyaltyLedger)).to.be.revertedWithCustomError(
      factory,
      "WiringMismatch",
    );
    const { WorkRegistry, LicenseToken } = house.addresses;
    const ledger = await ethers.getContractFactory("RoyaltyLedger", house.deployer);
    await expect(ledger.deploy(WorkRegistry, LicenseToken, at.JobMarket)).to.be.revertedWithCustomError(
      ledger,
      "WiringMismatch",
    );
    const market = await ethers.getContractFactory("JobMarket", house.deployer);
    await expect(
      market.deploy(
        WorkRegistry,
        house.addresses.RoyaltyLedger,
        house.addresses.OperatorRegistry,
        house.arbitrator.address,
      ),
    ).to.be.revertedWithCustomError(market, "WiringMismatch");
  });

  it("by Ignition wires the set as the script does", async () => {
    const connection = await network.create();
    const [deployer] = await connection.ethers.getSigners();
    if (!deployer) throw new Error("the in-process chain has no account");
    const address = deployer.address as `0x${string}`;
    const nonce = BigInt(await connection.ethers.provider.getTransactionCount(address));
    const deployed = await connection.ignition.deploy(colophon, {
      parameters: ignitionParameters({ deployer: address, nonce }),
    });
    const at = {
      WorkRegistry: await deployed.works.getAddress(),
      LicenseToken: await deployed.licenses.getAddress(),
      RoyaltyLedger: await deployed.ledger.getAddress(),
      OperatorRegistry: await deployed.operators.getAddress(),
      JobMarket: await deployed.market.getAddress(),
    };
    expect(at).to.deep.equal(predictAddresses(address, nonce));
    expect(await wiringOf(at, connection.ethers)).to.deep.equal(expectedWiring(address));
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
      expect(await provider.getTransactionCount(deployer.address)).to.equal(5);
      expect(deployment.contracts).to.deep.equal(predictAddresses(deployer.address, 0n));
      const receipt = await provider.getBlock(deployment.deployBlock);
      expect(receipt?.transactions.length).to.equal(1);
      const named = new Map(Object.entries(deployment.contracts).map(([name, at]) => [at.toLowerCase(), name]));
      const market = await ethers.getContractAt("JobMarket", deployment.contracts.JobMarket);
      const call = { to: deployment.contracts.JobMarket, data: market.interface.encodeFunctionData("royaltyLedger") };
      const ledger = ethers.getAddress(`0x${(await provider.call(call)).slice(-40)}`);
      expect(named.get(ledger.toLowerCase())).to.equal("RoyaltyLedger");

      const elsewhere = { ...deployment, genesisHash: ethers.id("another chain") };
      const fresh = await deployContracts({ rpcUrl, privateKey: KEY, existing: elsewhere });
      expect(fresh.contracts).to.deep.equal(predictAddresses(deployer.address, 5n));
      provider.destroy();
    } finally {
      await server.close();
    }
  });

  it("uses bytecode and ABIs that are those of the sources", async () => {
    const run = promisify(execFile);
    const { stderr } = await run(process.execPath, [path.join(ROOT, "scripts/abi.ts"), "--check"]);
    expect(stderr).to.equal("");
    const committed = {
      WorkRegistry: workRegistryBytecode,
      LicenseToken: licenseTokenBytecode,
      RoyaltyLedger: royaltyLedgerBytecode,
      OperatorRegistry: operatorRegistryBytecode,
      JobMarket: jobMarketBytecode,
    };
    for (const [name, bytecode] of Object.entries(committed)) {
      const artifact = await hre.artifacts.readArtifact(name);
      expect(bytecode, name).to.equal(artifact.bytecode);
      expect((artifact.deployedBytecode.length - 2) / 2, `${name} in bytes`).to.be.within(1_000, SIZE_LIMIT);
    }
  });
});
