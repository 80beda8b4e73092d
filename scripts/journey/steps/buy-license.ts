import { encodeFunctionData } from "viem";
import { licenseTokenAbi } from "../../../common/abi/LicenseToken.ts";
import type { DevRole } from "../../../common/dev-wallets.ts";
import { walletOf } from "../chain.ts";
import { firstEvent } from "../events.ts";
import type { Journey } from "../journey.ts";

export type BoughtLicense = { id: string; workId: string; priceWei: string; buyer: string; block: number };

/** Buys a license from an offer in the chain's coin, at exactly the price. */
export async function buyLicense(
  { chain, record }: Journey,
  { name, as, offerId, price }: { name: string; as: DevRole; offerId: string; price: bigint },
): Promise<BoughtLicense> {
  const buyer = walletOf(as).address;
  const receipt = await chain.send(record, name, as, {
    to: chain.contracts.LicenseToken,
    data: encodeFunctionData({
      abi: licenseTokenAbi,
      functionName: "buy",
      args: [BigInt(offerId), buyer, price],
    }),
    value: price,
  });
  const { args } = firstEvent(licenseTokenAbi, "LicenseIssued", receipt.logs);
  return {
    id: args.licenseId.toString(),
    workId: args.workId.toString(),
    priceWei: args.price.toString(),
    buyer,
    block: Number(receipt.blockNumber),
  };
}
