import type { CID } from "multiformats/cid";
import type { PinnedWork, PinState, PinTarget } from "./pin-target.ts";
import { askTarget, blockFromGateways } from "./request.ts";
import { RETRY, retry, type RetryOptions } from "./retry.ts";

export type PeerGatewayOptions = { name: string; url: string; token: string; retry?: RetryOptions };

/** Another store of this project, over HTTP: `POST /v1/cars`, `DELETE /v1/pins/{cid}`, and its gateway for reading. */
export class PeerGatewayTarget implements PinTarget {
  readonly name: string;
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #retry: RetryOptions;

  constructor(options: PeerGatewayOptions) {
    this.name = options.name;
    this.#url = options.url.replace(/\/+$/, "");
    this.#headers = { authorization: `Bearer ${options.token}` };
    this.#retry = options.retry ?? RETRY;
  }

  async ensure({ cid, car }: PinnedWork, signal?: AbortSignal): Promise<PinState> {
    // Stored again even where it is there: that takes away the mark of a release, and heals.
    const headers = { ...this.#headers, "content-type": "application/vnd.ipld.car; version=1" };
    const request = { target: this.name, url: `${this.#url}/v1/cars`, method: "POST", headers, signal };
    await retry(() => askTarget({ ...request, body: car() }), this.#retry, signal);
    return this.status(cid, signal);
  }

  async status(cid: CID, signal?: AbortSignal): Promise<PinState> {
    const url = `${this.#url}/ipfs/${cid.toString()}?format=raw`;
    const request = { target: this.name, url, method: "HEAD", signal, allow: [404] };
    const { status } = await retry(() => askTarget(request), this.#retry, signal);
    return status === 404 ? "absent" : "pinned";
  }

  block(cid: CID, signal?: AbortSignal): Promise<Uint8Array> {
    return blockFromGateways([this.#url], cid, signal);
  }

  async remove(cid: CID, signal?: AbortSignal): Promise<void> {
    const url = `${this.#url}/v1/pins/${cid.toString()}`;
    const request = { target: this.name, url, method: "DELETE", headers: this.#headers, signal, allow: [404] };
    await retry(() => askTarget(request), this.#retry, signal);
  }
}
