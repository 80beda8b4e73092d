import { apiError } from "./api-error.ts";

/** Gets JSON from the API; handed in, so that the server renders from its own process and the browser over HTTP. */
export type LoadJson = (path: string) => Promise<unknown>;

/**
 * Calls the API from the browser.
 * @throws ColophonError with the server's code, or `NETWORK` when it cannot be reached
 */
export async function callApi(path: string, init?: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    const headers = new Headers(init?.headers);
    headers.set("accept", "application/json");
    response = await fetch(path, { ...init, headers });
  } catch (cause) {
    throw apiError(0, null, cause);
  }
  if (response.status === 204) return null;
  const text = await response.text();
  let body: unknown = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch (cause) {
    throw apiError(response.status || 502, { detail: `The answer to ${path} is no JSON.` }, cause);
  }
  if (!response.ok) throw apiError(response.status, body as object);
  return body;
}

/** Sends a JSON body. */
export function postJson(path: string, body: unknown): Promise<unknown> {
  return callApi(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}
