/** What a receipt's own logs say: the page shows results before the index has them. */
import { parseEventLogs, type TransactionReceipt } from "viem";
import { disputeModuleAbi, jobMarketAbi, licenseTokenAbi, workRegistryAbi } from "../../common/abi/index.ts";

const from = (receipt: TransactionReceipt, contract: string) =>
  receipt.logs.filter((log) => log.address.toLowerCase() === contract.toLowerCase());

/** Id of the first license issued, or null. */
export function issuedLicense(receipt: TransactionReceipt, contract: string): string | null {
  const [event] = parseEventLogs({ abi: licenseTokenAbi, eventName: "LicenseIssued", logs: from(receipt, contract) });
  return event ? event.args.licenseId.toString() : null;
}

/** Id of the work registered, or null. */
export function registeredWork(receipt: TransactionReceipt, contract: string): string | null {
  const [event] = parseEventLogs({ abi: workRegistryAbi, eventName: "WorkRegistered", logs: from(receipt, contract) });
  return event ? event.args.id.toString() : null;
}

/** Id of the job posted, or null. */
export function postedJob(receipt: TransactionReceipt, contract: string): string | null {
  const [event] = parseEventLogs({ abi: jobMarketAbi, eventName: "JobPosted", logs: from(receipt, contract) });
  return event ? event.args.jobId.toString() : null;
}

/** Id of the dispute opened, or null. */
export function openedDispute(receipt: TransactionReceipt, contract: string): string | null {
  const [event] = parseEventLogs({ abi: disputeModuleAbi, eventName: "DisputeOpened", logs: from(receipt, contract) });
  return event ? event.args.disputeId.toString() : null;
}
