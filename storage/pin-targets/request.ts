/** Requests to targets: bounded in time and size, with errors that tell whether trying again can help. */
import type { CID } from "multiformats/cid";
import { ColophonError } from "../../common/errors.ts";
import { fetchBlock } from "../fetch-block.ts";
import { BLOCK_BYTES } from "../profile.ts";

/** Longest answer that is read, bytes. */
const ANSWER_BYTES = 1024 * 1024;
const MINIMUM_RATE = { bytesPerSecond: 16 * 1024, windowMs: 5000 };

export type TargetRequest = {
  /** The target's name, for errors. */
  target: string;
  url: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string | AsyncIterable<Uint8Array>;
  /** Longest wait for the answer, ms (default 30,000; for bodies that are streamed, ten minutes). */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Statuses beside 2xx that are answers, not errors. */
  allow?: readonly number[];
  /** Longest answer that is read, bytes (default 1 MiB). */
  maxBytes?: number;
};

export type TargetAnswer = { status: number; bytes: Uint8Array };

/**
 * Sends a request. No redirect is followed: a target is where the operator said.
 * @throws ColophonError PIN_TARGET_UNREACHABLE (network, time, 408, 429, 5xx; `data.retryAfterMs` where the target says), PIN_TARGET_DENIED
 *   (401, 403), PIN_TARGET_REFUSED (any other status)
 */
export async function askTarget(request: TargetRequest): Promise<TargetAnswer> {
  const { target, url, method = "GET", headers = {}, body, allow = [] } = request;
  const streamed = body !== undefined && typeof body !== "string";
  const timeout = AbortSignal.timeout(request.timeoutMs ?? (streamed ? 600_000 : 30_000));
  const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
  let response: Response;
  let bytes: Uint8Array;
  try {
    const init: RequestInit & { duplex?: "half" } = { method, headers, redirect: "error", signal };
    if (streamed) {
      init.body = ReadableStream.from(body);
      init.duplex = "half";
    } else if (body !== undefined) init.body = body;
    response = await fetch(url, init);
    bytes = await readAnswer(response, request.maxBytes ?? ANSWER_BYTES);
  } catch (cause) {
    if (cause instanceof ColophonError) throw cause;
    const source = bodyError(cause);
    if (source) throw source;
    throw new ColophonError("PIN_TARGET_UNREACHABLE", `The target ${target} cannot be reached.`, {
      status: 503,
      data: { target },
      cause,
    });
  }
  const { status } = response;
  if ((status >= 200 && status < 300) || allow.includes(status)) return { status, bytes };
  throw statusError(target, response, bytes);
}

/** An answer in JSON. @throws as `askTarget`, and PIN_TARGET_UNREACHABLE for one that is no JSON */
export async function askTargetJson(request: TargetRequest): Promise<{ status: number; value: unknown }> {
  const { status, bytes } = await askTarget(request);
  try {
    return { status, value: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) };
  } catch (cause) {
    throw notUnderstood(request.target, cause);
  }
}

/** The error for an answer that is not what the target's interface promises. */
export function notUnderstood(target: string, cause: unknown): ColophonError {
  return new ColophonError("PIN_TARGET_UNREACHABLE", `The target ${target} gave an answer that cannot be understood.`, {
    status: 502,
    data: { target },
    cause,
  });
}

/** A block from one of the gateways of a target, checked. @throws the last gateway's error */
export async function blockFromGateways(
  gateways: readonly string[],
  cid: CID,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  let last: unknown = new ColophonError("CONTENT_NOT_FOUND", "The target has no gateway to read from.", {
    status: 404,
  });
  for (const gateway of gateways) {
    try {
      const url = gateway.replace(/\/+$/, "");
      return await fetchBlock({
        gateway: url,
        cid,
        maxBytes: BLOCK_BYTES,
        timeoutMs: 30_000,
        rate: MINIMUM_RATE,
        signal,
      });
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

async function readAnswer(response: Response, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > maxBytes) throw new Error(`the answer has more than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** An error of the work that was being sent (a damaged block), which is not the target's fault. */
function bodyError(cause: unknown): ColophonError | null {
  for (let at = cause; at instanceof Error; at = at.cause) if (at instanceof ColophonError) return at;
  return null;
}

function statusError(target: string, response: Response, bytes: Uint8Array): ColophonError {
  const { status } = response;
  const said = new TextDecoder().decode(bytes.subarray(0, 300)).replaceAll(/\s+/g, " ");
  const data: Record<string, unknown> = { target, status, said };
  if (status === 401 || status === 403) {
    return new ColophonError("PIN_TARGET_DENIED", `The target ${target} does not accept the credentials.`, {
      status: 502,
      data,
    });
  }
  if (status === 408 || status === 429 || status >= 500) {
    const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
    if (Number.isFinite(seconds)) data.retryAfterMs = Math.min(Math.max(seconds, 0), 3600) * 1000;
    return new ColophonError("PIN_TARGET_UNREACHABLE", `The target ${target} cannot answer now.`, {
      status: 503,
      data,
    });
  }
  return new ColophonError("PIN_TARGET_REFUSED", `The target ${target} refused: ${said || status}.`, {
    status: 502,
    data,
  });
}
