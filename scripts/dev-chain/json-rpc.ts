/** JSON-RPC 2.0 over HTTP to one engine on loopback, with connections kept open. */
import { Agent, request } from "node:http";
import { ColophonError } from "../../common/errors.ts";

/** An answer that is an error: passed on to the client as it came. */
export class RpcError extends Error {
  readonly code: number;
  readonly data: unknown;
  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.name = "RpcError";
    this.code = code;
    this.data = data;
  }
}

/** The engine did not answer: it ended, or the connection broke. */
export class EngineGone extends Error {
  constructor(cause: unknown) {
    super("the chain engine does not answer", { cause });
    this.name = "EngineGone";
  }
}

export class JsonRpcClient {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32 });
  #id = 0;

  readonly #timeoutMs: number;

  /** @param timeoutMs an engine that says nothing for so long counts as gone */
  constructor(port: number, timeoutMs = 60_000) {
    this.#port = port;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws RpcError for an error answer, EngineGone when no answer came */
  async call<T = unknown>(method: string, params: readonly unknown[] = []): Promise<T> {
    this.#id += 1;
    const text = await this.#post(JSON.stringify({ jsonrpc: "2.0", id: this.#id, method, params }));
    const answer = parseAnswer(text);
    if (answer.error) throw new RpcError(answer.error.code, answer.error.message, answer.error.data);
    return answer.result as T;
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => reject(new EngineGone(error));
      const call = request(
        {
          host: "127.0.0.1",
          port: this.#port,
          method: "POST",
          agent: this.#agent,
          headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
          response.on("error", fail);
        },
      );
      call.on("error", fail);
      call.setTimeout(this.#timeoutMs, () => call.destroy(new Error(`no answer within ${this.#timeoutMs} ms`)));
      call.end(body);
    });
  }
}

type Answer = { result?: unknown; error?: { code: number; message: string; data?: unknown } };

function parseAnswer(text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch (cause) {
    throw new EngineGone(cause);
  }
}

/** Polls until the engine answers; `check` throws when waiting is in vain. */
export async function untilAnswering(rpc: JsonRpcClient, check: () => void): Promise<void> {
  const end = performance.now() + 30_000;
  for (;;) {
    check();
    try {
      await rpc.call("eth_chainId");
      return;
    } catch (error) {
      if (performance.now() > end)
        throw new ColophonError("ENGINE_FAILED", "The chain engine did not answer within 30 s.", {
          status: 503,
          cause: error,
        });
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }
}
