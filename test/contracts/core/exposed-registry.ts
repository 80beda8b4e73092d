/**
 * The registry with open mint and burn: the fixture for behavior suites of others (those that call `$_mint`, `$_safeMint`, `$_burn` of
 * a token made in a fixture). The contract is contracts/testing/ExposedWorkRegistry.sol.
 */
import { ethers } from "../network.ts";

export const NAME = "Colophon Work";
export const SYMBOL = "WORK";

/** The token alone: all other contracts of the set are plain accounts, which it never calls for a transfer. */
export async function deployExposedRegistry() {
  const [deployer] = await ethers.getSigners();
  if (!deployer) throw new Error("the in-process chain has no account");
  const nonce = await ethers.provider.getTransactionCount(deployer.address);
  const other = ethers.getCreateAddress({ from: ethers.ZeroAddress, nonce: 1 });
  const house = {
    authority: other,
    withSig: other,
    works: ethers.getCreateAddress({ from: deployer.address, nonce }),
    licenses: other,
    ledger: other,
    operators: other,
    jobMarket: other,
    jobChecks: other,
    jobVouchers: other,
    marketplace: other,
    auctions: other,
    disputes: other,
    arbitrator: other,
    workShares: other,
    datasetPool: other,
    rewards: other,
    coCreations: other,
  };
  const token = await ethers.deployContract("ExposedWorkRegistry", [house], deployer);
  return { token, accounts: await ethers.getSigners() };
}
