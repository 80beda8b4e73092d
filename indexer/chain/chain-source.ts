/** What the index asks of a chain. Every answer may be an error, late, or from a fork that is gone a moment later. */
import { createPublicClient, type Hex, http, numberToHex, type PublicClient, type RpcLog } from "viem";
import { ColophonError } from "../../common/errors.ts";

export type BlockHeader = { number: number; hash: Hex; parentHash: Hex; time: number };

export interface ChainSource {
  /** Newest block. */
  head(): Promise<BlockHeader>;
  /** Newest block that the node calls final, or null where it does not say. */
  finalized(): Promise<number | null>;
  /** The canonical block of this height now, or null when there is none. */
  header(number: number): Promise<BlockHeader | null>;
  /** Logs of one block by its hash; null when the node does not know (any more) such a block. */
  logsOfBlock(hash: Hex): Promise<RpcLog[] | null>;
  /** Logs of a range of heights, both ends included. */
  logsOfRange(from: number, to: number): Promise<RpcLog[]>;
}

/** Time after which a node's answer is given up, ms. */
const TIMEOUT_MS = 10_000;

/**
 * A chain behind JSON-RPC over HTTP.
 * @param addresses contracts whose logs are read
 */
export function rpcChainSource(rpcUrl: string, addresses: readonly string[]): ChainSource {
  const client = createPublicClient({ transport: http(rpcUrl, { timeout: TIMEOUT_MS, retryCount: 0 }) });
  const address = [...addresses] as Hex[];
  return {
    async head() {
      const header = await headerOf(client, "latest");
      if (!header) throw new ColophonError("RPC_ERROR", "The node has no latest block.", { status: 503 });
      return header;
    },
    async finalized() {
      try {
        return (await headerOf(client, "finalized"))?.number ?? null;
      } catch (error) {
        // Nodes that do not know the tag answer with an error; the index then counts blocks instead.
        if (isRefusal(error)) return null;
        throw error;
      }
    },
    header: (number) => headerOf(client, numberToHex(number)),
    async logsOfBlock(hash) {
      try {
        return await client.request({ method: "eth_getLogs", params: [{ address, blockHash: hash }] });
      } catch (error) {
        // An orphaned hash is a normal answer during a reorg ("unknown block").
        if (isRefusal(error)) return null;
        throw error;
      }
    },
    logsOfRange: (from, to) =>
      client.request({
        method: "eth_getLogs",
        params: [{ address, fromBlock: numberToHex(from), toBlock: numberToHex(to) }],
      }),
  };
}

async function headerOf(client: PublicClient, block: Hex | "latest" | "finalized"): Promise<BlockHeader | null> {
  const raw = await client.request({ method: "eth_getBlockByNumber", params: [block, false] });
  if (!raw || raw.number === null || raw.hash === null) return null;
  return { number: Number(raw.number), hash: raw.hash, parentHash: raw.parentHash, time: Number(raw.timestamp) };
}

/** True when the node answered with a JSON-RPC error, false when it could not be reached or timed out. */
function isRefusal(error: unknown): boolean {
  const name = (error as Error).name;
  return name !== "HttpRequestError" && name !== "TimeoutError" && name !== "SocketClosedError";
}
