/** Calls signed for the forwarder. */
import type { Signer } from "ethers";
import { ethers } from "../network.ts";
import type { CoreHouse, EdgeHouse } from "./core-house.ts";

export const SIGNED_CALL_TYPES = {
  SignedCall: [
    { name: "signer", type: "address" },
    { name: "target", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
    { name: "data", type: "bytes" },
  ],
};

export type SignedCall = {
  signer: string;
  target: string;
  value: bigint;
  nonce: bigint;
  deadline: bigint;
  data: string;
};

export async function withSigDomain(core: CoreHouse | EdgeHouse) {
  const { chainId } = await ethers.provider.getNetwork();
  return { name: "Colophon", version: "1", chainId, verifyingContract: core.house.withSig };
}

export async function sign(core: CoreHouse | EdgeHouse, key: Signer, call: SignedCall): Promise<string> {
  return await key.signTypedData(await withSigDomain(core), SIGNED_CALL_TYPES, call);
}
