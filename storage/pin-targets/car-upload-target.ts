import type { CID } from "multiformats/cid";
import type { PinnedWork, PinState, PinTarget } from "./pin-target.ts";
import { askTarget, blockFromGateways } from "./request.ts";
import { RETRY, retry, type RetryOptions } from "./retry.ts";

export type CarUploadOptions = {
  name: string;
  /** Where CARs go; `{cid}` is replaced by the root. */
  url: string;
  method?: "PUT" | "POST";
  /** Sent as `authorization`. */
  authorization?: string;
  /** Trustless gateways through which the copies can be read. */
  gateways: readonly string[];
  /** URL to delete, with `{cid}`; without it copies are never given up. */
  removeUrl?: string;
  retry?: RetryOptions;
};

/** Any service that takes a CAR by HTTP and serves it through a gateway. Uploads carry `Idempotency-Key: <cid>`. */
export class CarUploadTarget implements PinTarget {
  readonly name: string;
  readonly #options: CarUploadOptions;

  constructor(options: CarUploadOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async ensure({ cid, car }: PinnedWork, signal?: AbortSignal): Promise<PinState> {
    if ((await this.status(cid, signal)) === "pinned") return "pinned";
    const { url, method = "PUT" } = this.#options;
    const headers = {
      ...this.#headers(),
      "content-type": "application/vnd.ipld.car; version=1",
      "idempotency-key": cid.toString(),
    };
    const request = { target: this.name, url: url.replaceAll("{cid}", cid.toString()), method, headers, signal };
    await retry(() => askTarget({ ...request, body: car() }), this.#options.retry ?? RETRY, signal);
    return (await this.status(cid, signal)) === "pinned" ? "pinned" : "pinning";
  }

  async status(cid: CID, signal?: AbortSignal): Promise<PinState> {
    try {
      await this.block(cid, signal);
      return "pinned";
    } catch {
      return "absent"; // whatever the reason, it cannot be read
    }
  }

  block(cid: CID, signal?: AbortSignal): Promise<Uint8Array> {
    return blockFromGateways(this.#options.gateways, cid, signal);
  }

  async remove(cid: CID, signal?: AbortSignal): Promise<void> {
    const { removeUrl } = this.#options;
    if (!removeUrl) return;
    const url = removeUrl.replaceAll("{cid}", cid.toString());
    const request = { target: this.name, url, method: "DELETE", headers: this.#headers(), signal, allow: [404, 410] };
    await retry(() => askTarget(request), this.#options.retry ?? RETRY, signal);
  }

  #headers(): Record<string, string> {
    const { authorization } = this.#options;
    return authorization ? { authorization } : {};
  }
}
