/** The HTTP side of the chain: JSON-RPC over POST, for programs and pages of this machine only. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Logger } from "pino";
import { isLoopbackHost, isLoopbackOrigin } from "../../common/loopback.ts";
import type { DurableChain } from "./durable-chain.ts";
import { callMethod, errorAnswer, status } from "./methods.ts";

/** Longest request body, bytes, and most calls in one batch. */
const BODY_BYTES = 5 * 1024 * 1024;
const BATCH_CALLS = 1000;

export type FrontOptions = {
  chain: DurableChain;
  /** Serve the methods that only tests need (reorgs, time jumps). */
  test: boolean;
  log: Logger;
};

/** @returns a server that does not listen yet */
export function createFront(options: FrontOptions): Server {
  return createServer((request, response) => {
    serve(options, request, response).catch((error: unknown) => {
      options.log.error({ err: error }, "request failed");
      if (!response.headersSent) plain(response, 500, "internal error");
      else response.destroy();
    });
  });
}

async function serve(options: FrontOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { origin, host } = request.headers;
  // A page elsewhere whose name was re-bound to 127.0.0.1 shows its own name in Host, and any foreign page shows itself in Origin.
  if (!isLoopbackHost(host) || (origin !== undefined && !isLoopbackOrigin(origin))) {
    return plain(response, 403, "this chain serves this machine only");
  }
  if (origin !== undefined) {
    response.setHeader("access-control-allow-origin", origin);
    response.setHeader("vary", "origin");
  }
  if (request.method === "OPTIONS") {
    response.setHeader("access-control-allow-methods", "POST, GET");
    response.setHeader("access-control-allow-headers", "content-type");
    response.setHeader("access-control-max-age", "86400");
    response.writeHead(204).end();
    return;
  }
  if (request.method === "GET" && request.url === "/health") return json(response, 200, status(options.chain));
  if (request.method !== "POST") return plain(response, 405, "POST JSON-RPC 2.0");

  const body = await readBody(request);
  if (body === null) {
    request.resume(); // what still comes is thrown away, so that the client gets to read the answer
    return plain(response, 413, `a request has at most ${BODY_BYTES} bytes`);
  }
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    return json(response, 200, failure(null, -32700, "The request is not JSON."));
  }
  if (!Array.isArray(message)) return json(response, 200, await answer(options, message));
  if (message.length === 0 || message.length > BATCH_CALLS) {
    return json(response, 200, failure(null, -32600, `A batch has 1 to ${BATCH_CALLS} calls.`));
  }
  // A call sees what the calls before it in its batch did; where none does anything, all go at once.
  if (message.every((call) => isRead(call))) {
    return json(response, 200, await Promise.all(message.map((call) => answer(options, call))));
  }
  const answers: object[] = [];
  for (const call of message) answers.push(await answer(options, call));
  json(response, 200, answers);
}

function isRead(call: unknown): boolean {
  const method = (call as { method?: unknown } | null)?.method;
  return typeof method === "string" && /^(?:eth|net|web3)_(?!send)/.test(method);
}

async function answer(options: FrontOptions, message: unknown): Promise<object> {
  const call = (typeof message === "object" && message !== null ? message : {}) as Record<string, unknown>;
  const id = typeof call.id === "string" || typeof call.id === "number" ? call.id : null;
  const params = call.params ?? [];
  if (typeof call.method !== "string" || !Array.isArray(params)) {
    return failure(id, -32600, "A call has a method and a list of parameters.");
  }
  try {
    return { jsonrpc: "2.0", id, result: await callMethod(options.chain, call.method, params, options.test) };
  } catch (error) {
    const shown = errorAnswer(error);
    if (shown.code === -32603) options.log.error({ err: error, method: call.method }, "call failed");
    return { jsonrpc: "2.0", id, error: shown };
  }
}

function failure(id: null | string | number, code: number, message: string): object {
  return { jsonrpc: "2.0", id, error: { code, message } };
}

/** The whole body, or null when it is too long. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers["content-length"] ?? 0) > BODY_BYTES) return null;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= BODY_BYTES) chunks.push(chunk);
  }
  return length > BODY_BYTES ? null : Buffer.concat(chunks).toString("utf8");
}

function json(response: ServerResponse, code: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(code, { "content-type": "application/json", "content-length": Buffer.byteLength(body) }).end(body);
}

function plain(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { "content-type": "text/plain" }).end(`${text}\n`);
}
