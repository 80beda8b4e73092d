import { expect } from "chai";
import {
  type ContractName,
  constructorArguments,
  DEFAULT_OPTIONS,
  HOUSE_FIELDS,
  houseOf,
  predictAddresses,
} from "../../scripts/predict-addresses.ts";
import { deployHouse } from "./house.ts";
import { ethers, loadFixture } from "./network.ts";

describe("Wiring", () => {
  it("lets exactly the contracts that sell pay the ledger in others' names", async () => {
    const { ledger, addresses } = await loadFixture(deployHouse);
    const payers = ["LicenseToken", "JobMarket", "JobVouchers", "Marketplace", "AuctionHouse"];
    for (const [name, address] of Object.entries(addresses)) {
      expect(await ledger.isPayer(address), name).to.equal(payers.includes(name));
    }
  });

  it("is refused by every contract whose address was predicted wrongly", async () => {
    const { deployer } = await loadFixture(deployHouse);
    const nonce = await ethers.provider.getTransactionCount(deployer.address);
    const at = predictAddresses(deployer.address as `0x${string}`, BigInt(nonce) + 100n);
    const options = { admin: deployer.address as `0x${string}`, ...DEFAULT_OPTIONS };
    const args = constructorArguments(houseOf(at), options);
    for (const name of Object.keys(HOUSE_FIELDS) as ContractName[]) {
      const factory = await ethers.getContractFactory(name, deployer);
      await expect(factory.deploy(...args[name]), name).to.be.revertedWithCustomError(factory, "WiringMismatch");
    }
  });
});
