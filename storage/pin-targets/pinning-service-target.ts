import { CID } from "multiformats/cid";
import { z } from "zod";
import type { PinnedWork, PinState, PinTarget } from "./pin-target.ts";
import { askTarget, askTargetJson, blockFromGateways, notUnderstood } from "./request.ts";
import { RETRY, retry, type RetryOptions } from "./retry.ts";

export type PinningServiceOptions = {
  name: string;
  /** Base URL of the service's API, to which `/pins` is added. */
  url: string;
  /** Sent as a bearer token. */
  token: string;
  /** Trustless gateways through which the service's copies can be read. */
  gateways: readonly string[];
  /** Multiaddresses of nodes from which the service can fetch the content. */
  origins?: readonly string[];
  /** Longest wait for one answer, ms (default 30,000). */
  timeoutMs?: number;
  retry?: RetryOptions;
};

const pinStatus = z.object({
  requestid: z.string().min(1).max(1000),
  status: z.enum(["queued", "pinning", "pinned", "failed"]),
  pin: z.object({ cid: z.string() }),
});
const pinList = z.object({ count: z.number().int(), results: z.array(pinStatus) });
type PinStatus = z.infer<typeof pinStatus>;

/** The best first: what counts when a service has several requests for one CID. */
const ORDER: PinState[] = ["pinned", "pinning", "queued", "failed"];
/** Requests for one CID that are looked at: the interface's page. */
const PAGE = 1000;

/**
 * A service with the IPFS Pinning Service API 1.0. It fetches the content itself, so another target must have it on the IPFS network first.
 *
 * The API has no idempotency key: before each request, and before each further try of one whose answer was lost, the service is asked
 * what it has for the CID.
 */
export class PinningServiceTarget implements PinTarget {
  readonly name: string;
  readonly #options: PinningServiceOptions;
  readonly #retry: RetryOptions;

  constructor(options: PinningServiceOptions) {
    this.name = options.name;
    this.#options = options;
    this.#retry = options.retry ?? RETRY;
  }

  ensure({ cid, name }: PinnedWork, signal?: AbortSignal): Promise<PinState> {
    return retry(
      async () => {
        const [best] = await this.#list(cid, signal);
        if (best && best.status !== "failed") return best.status;
        const { origins = [] } = this.#options;
        const pin = { cid: cid.toString(), name: name.slice(0, 255), origins: origins.slice(0, 20) };
        // One that failed is replaced, so that the service's list does not grow.
        const path = best ? `/pins/${encodeURIComponent(best.requestid)}` : "/pins";
        const { value } = await askTargetJson({
          ...this.#request(path, signal),
          method: "POST",
          body: JSON.stringify(pin),
        });
        return this.#parse(pinStatus, value).status;
      },
      this.#retry,
      signal,
    );
  }

  async status(cid: CID, signal?: AbortSignal): Promise<PinState> {
    const [best] = await retry(() => this.#list(cid, signal), this.#retry, signal);
    return best?.status ?? "absent";
  }

  block(cid: CID, signal?: AbortSignal): Promise<Uint8Array> {
    return blockFromGateways(this.#options.gateways, cid, signal);
  }

  async remove(cid: CID, signal?: AbortSignal): Promise<void> {
    await retry(
      async () => {
        for (const { requestid } of await this.#list(cid, signal)) {
          const request = this.#request(`/pins/${encodeURIComponent(requestid)}`, signal);
          await askTarget({ ...request, method: "DELETE", allow: [404] });
        }
      },
      this.#retry,
      signal,
    );
  }

  /** What the service has for a CID, in whatever base or version it spells it; the best first. */
  async #list(cid: CID, signal?: AbortSignal): Promise<PinStatus[]> {
    const path = `/pins?cid=${cid.toString()}&status=queued,pinning,pinned,failed&limit=${PAGE}`;
    const { value } = await askTargetJson(this.#request(path, signal));
    const own = this.#parse(pinList, value).results.filter(({ pin }) => sameCid(pin.cid, cid));
    return own.sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  }

  #request(path: string, signal?: AbortSignal) {
    const { url, token, timeoutMs } = this.#options;
    return {
      target: this.name,
      url: `${url.replace(/\/+$/, "")}${path}`,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      timeoutMs,
      signal,
    };
  }

  #parse<T>(schema: z.ZodType<T>, value: unknown): T {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw notUnderstood(this.name, parsed.error);
  }
}

function sameCid(text: string, cid: CID): boolean {
  try {
    return CID.parse(text).toV1().equals(cid);
  } catch {
    return false; // not one that we asked for
  }
}
