/** What went wrong with a wallet or a transaction, as one of a few things a person can act on. */
import { BaseError, ContractFunctionRevertedError, decodeErrorResult, type Hex, UserRejectedRequestError } from "viem";
import { ColophonError } from "../../common/errors.ts";
import { ALL_ABI } from "./contracts.ts";

/** Digs revert data out of whatever a wallet or node wrapped around it. */
function revertData(error: unknown): Hex | null {
  let found: Hex | null = null;
  const look = (value: unknown, depth: number) => {
    if (found || depth > 8 || value === null || typeof value !== "object") return;
    const { data, cause, raw } = value as { data?: unknown; cause?: unknown; raw?: unknown };
    for (const candidate of [raw, data, (data as { data?: unknown } | undefined)?.data]) {
      if (typeof candidate === "string" && /^0x[0-9a-f]{8,}$/i.test(candidate)) {
        found = candidate as Hex;
        return;
      }
    }
    look(cause, depth + 1);
  };
  look(error, 0);
  return found;
}

/** Name of the custom error that a call was refused with, or null. */
export function revertName(error: unknown): string | null {
  if (error instanceof BaseError) {
    const reverted = error.walk((inner) => inner instanceof ContractFunctionRevertedError);
    if (reverted instanceof ContractFunctionRevertedError && reverted.data?.errorName) return reverted.data.errorName;
  }
  const data = revertData(error);
  if (!data) return null;
  try {
    return decodeErrorResult({ abi: ALL_ABI, data }).errorName;
  } catch {
    // Not one of ours: the caller shows the plain message.
    return null;
  }
}

/** True when the person declined in the wallet (EIP-1193 code 4001). */
export function isRefusal(error: unknown): boolean {
  if (error instanceof BaseError && error.walk((inner) => inner instanceof UserRejectedRequestError)) return true;
  let inner: unknown = error;
  for (let depth = 0; depth < 8 && inner !== null && typeof inner === "object"; depth++) {
    const { code, name } = inner as { code?: unknown; name?: unknown };
    if (code === 4001 || code === "ACTION_REJECTED" || name === "UserRejectedRequestError") return true;
    inner = (inner as { cause?: unknown }).cause;
  }
  return false;
}

/** Error with our code: `REFUSED`, the contract's error name, `INSUFFICIENT_FUNDS`, `RPC`, or `CHAIN_ERROR`. */
export function chainError(error: unknown): ColophonError {
  if (error instanceof ColophonError) return error;
  const cause = { cause: error };
  if (isRefusal(error)) return new ColophonError("REFUSED", "The request was declined in the wallet.", cause);
  const name = revertName(error);
  if (name) return new ColophonError(name, `The contract answered ${name}.`, cause);
  const message =
    error instanceof BaseError ? error.shortMessage : error instanceof Error ? error.message : String(error);
  if (/insufficient funds|exceeds the balance/i.test(message)) {
    return new ColophonError("INSUFFICIENT_FUNDS", message, cause);
  }
  return new ColophonError("CHAIN_ERROR", message.split("\n")[0] ?? message, cause);
}
