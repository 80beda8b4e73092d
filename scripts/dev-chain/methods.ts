/** What each JSON-RPC method of the front does. */
import { z } from "zod";
import { parseTransaction } from "viem";
import { ColophonError } from "../../common/errors.ts";
import type { DurableChain } from "./durable-chain.ts";
import { RpcError } from "./json-rpc.ts";

type Hex = `0x${string}`;
type Params = readonly unknown[];

/** Largest raw transaction, bytes: go-ethereum's limit. */
const RAW_BYTES = 128 * 1024;

const READS = /^(eth|net|web3|txpool)_[A-Za-z0-9]+$|^debug_trace[A-Za-z]+$|^trace_[A-Za-z]+$/;
/** Needs a key in the node, which this chain has not, or changes the chain past the journal. */
const REFUSED = /^eth_(send|sign|fill|submit)|^eth_(accounts|requestAccounts|mining|getWork|subscribe|unsubscribe)$/;
const TEST_ONLY = /^(anvil|evm|hardhat)_[A-Za-z0-9]+$/;

/** Answers one request. @throws RpcError, ColophonError (becomes an error answer) */
export async function callMethod(chain: DurableChain, method: string, params: Params, test: boolean): Promise<unknown> {
  switch (method) {
    case "eth_sendRawTransaction":
      return chain.submit(checkRaw(params[0], chain.chainId));
    case "eth_sendRawTransactionSync": {
      const hash = await chain.submit(checkRaw(params[0], chain.chainId));
      return chain.read("eth_getTransactionReceipt", [hash]);
    }
    case "eth_call":
    case "eth_estimateGas":
      return chain.read(method, chain.engine.name === "anvil" ? atPresent(params, chain.nextTimestamp) : params);
    case "eth_accounts":
      return [];
    case "colophon_setNextTimestamp":
      await chain.setNextTimestamp(Number(params[0]));
      return true;
    case "colophon_sealHistory":
      await chain.sealHistory();
      return true;
    case "colophon_status":
      return status(chain);
    case "evm_increaseTime":
      if (!test) break;
      await chain.advance(Number(params[0]));
      return true;
    case "evm_mine":
      if (!test) break;
      await chain.mine();
      return "0x0";
  }
  if (test && TEST_ONLY.test(method)) return chain.tamper(method, params);
  if (REFUSED.test(method)) {
    throw new RpcError(-32601, `${method} is not served: this chain holds no keys. Sign, then eth_sendRawTransaction.`);
  }
  if (!READS.test(method)) throw new RpcError(-32601, `${method} is not served by this chain.`);
  return chain.read(method, params);
}

/** What the chain is and how it stands; timestamps in unix seconds. */
export function status(chain: DurableChain) {
  return {
    ok: true,
    chainId: chain.chainId,
    engine: chain.engine.name,
    enginePid: chain.engine.pid,
    head: chain.head,
    sealed: chain.sealed,
    nextTimestamp: chain.nextTimestamp,
    entries: chain.entries,
    dumps: chain.generation,
  };
}

/** Refuses, before the disk is touched, what no chain would take. */
function checkRaw(raw: unknown, chainId: number): Hex {
  if (typeof raw !== "string" || !/^0x(?:[0-9a-fA-F]{2})+$/.test(raw))
    throw new RpcError(-32602, "A raw transaction is a hex string.");
  if (raw.length > 2 + 2 * RAW_BYTES) throw new RpcError(-32602, `A raw transaction has at most ${RAW_BYTES} bytes.`);
  let parsed: ReturnType<typeof parseTransaction>;
  try {
    parsed = parseTransaction(raw as Hex);
  } catch {
    throw new RpcError(-32602, "The raw transaction cannot be decoded.");
  }
  if (!parsed.r || !parsed.s) throw new RpcError(-32602, "The transaction is not signed.");
  if (parsed.chainId !== chainId)
    throw new RpcError(-32602, `The transaction is for chain ${parsed.chainId ?? "any"}, this is ${chainId}.`);
  return raw as Hex;
}

const overrides = z.record(z.string(), z.unknown()).catch({});

/**
 * A simulation at the head runs in a block of the present moment, as it would on a chain that mines every few seconds: the head of an
 * idle chain may be hours old, and a deadline that has passed since must be seen.
 */
function atPresent(params: Params, now: number): Params {
  const [call, block, state, blockOverrides] = params;
  if (block !== undefined && block !== null && block !== "latest" && block !== "pending") return params;
  return [call, "latest", state ?? {}, { time: `0x${now.toString(16)}`, ...overrides.parse(blockOverrides) }];
}

/** JSON-RPC form of anything thrown by `callMethod`. */
export function errorAnswer(error: unknown): { code: number; message: string; data?: unknown } {
  if (error instanceof RpcError) {
    return error.data === undefined
      ? { code: error.code, message: error.message }
      : { code: error.code, message: error.message, data: error.data };
  }
  if (error instanceof ColophonError) return { code: -32000, message: error.message, data: { code: error.code } };
  return { code: -32603, message: "The chain could not answer." };
}
