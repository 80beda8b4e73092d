/** The in-process chain that all contract tests share; each test starts from a snapshot (`loadFixture`). */
import { network } from "hardhat";

export const { ethers, networkHelpers } = await network.create();
export const time = networkHelpers.time;

/** The fixture's result, with the chain as it was when the fixture ran first. */
export function loadFixture<T>(fixture: () => Promise<T>): Promise<T> {
  return networkHelpers.loadFixture(fixture);
}

/** From now on a transaction may offer a gas price of zero, so that models of balances need no gas. */
export async function freeOfGas(): Promise<void> {
  await networkHelpers.setNextBlockBaseFeePerGas(0);
}
