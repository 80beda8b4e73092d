/**
 * Steady-state gas of each journey: every account and slot that a first time fills is filled. One call per transaction, ERC-20
 * payment, royalties on; `gasUsed` of receipts.
 */
import { ethers } from "../network.ts";
import { measureCore } from "./measure-core.ts";
import { measureJobs } from "./measure-jobs.ts";
import { measureLicenses } from "./measure-licenses.ts";
import { measureMarket } from "./measure-market.ts";

/** What each journey may cost at most; docs/decisions has the reasons. */
export const GAS_BARS: Record<string, number> = {
  register: 185_000,
  publish: 260_000,
  buyLicense: 165_000,
  registerDerivative: 280_000,
  payRoyalty: 70_000,
  pullEdge: 65_000,
  pullPath8: 290_000,
  claim: 75_000,
  split10: 140_000,
  buyListing: 135_000,
  acceptOffer: 140_000,
  cancelOrder: 50_000,
  jobLifecycle: 325_000,
  settleInBatch10PerJob: 20_000,
};

/** Gas by journey. */
export async function measureGas(): Promise<Record<string, number>> {
  return {
    ...(await measureCore()),
    ...(await measureLicenses()),
    ...(await measureMarket()),
    ...(await measureJobs()),
  };
}

/** The largest runtime code of a deployed set, in bytes. */
export async function maxRuntimeSize(addresses: Record<string, string>): Promise<number> {
  const codes = await Promise.all(Object.values(addresses).map((address) => ethers.provider.getCode(address)));
  return Math.max(...codes.map((code) => (code.length - 2) / 2));
}
