/** Vouchers of the job market's channels, signed as a requester signs them. */
import type { ComputeHouse } from "./compute-house.ts";
import { COIN } from "./house.ts";
import { ethers } from "./network.ts";

export const ROOT = ethers.id("receipts");
export const LATER = 2n ** 40n - 1n;

export const TYPES = {
  Voucher: [
    { name: "requester", type: "address" },
    { name: "operator", type: "address" },
    { name: "currency", type: "address" },
    { name: "modelWork", type: "uint64" },
    { name: "amount", type: "uint96" },
    { name: "receiptRoot", type: "bytes32" },
    { name: "validUntil", type: "uint40" },
  ],
};

type Signing = { chainId?: bigint; contract?: string; currency?: string; validUntil?: bigint };

export function pairOf(house: ComputeHouse, currency = COIN) {
  return { requester: house.requester.address, operator: house.operator.address, currency, modelWork: 1n };
}

export async function signed(house: ComputeHouse, amount: bigint, signing: Signing = {}, signer = house.requester) {
  const pair = pairOf(house, signing.currency);
  const voucher = { pair, amount, receiptRoot: ROOT, validUntil: signing.validUntil ?? LATER };
  const domain = {
    name: "Colophon Job Vouchers",
    version: "1",
    chainId: signing.chainId ?? (await ethers.provider.getNetwork()).chainId,
    verifyingContract: signing.contract ?? house.addresses.JobVouchers,
  };
  const { receiptRoot, validUntil } = voucher;
  const signature = await signer.signTypedData(domain, TYPES, { ...pair, amount, receiptRoot, validUntil });
  return [voucher, signature] as const;
}
