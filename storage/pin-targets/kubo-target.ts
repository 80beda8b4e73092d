import { randomUUID } from "node:crypto";
import type { CID } from "multiformats/cid";
import { z } from "zod";
import { ColophonError } from "../../common/errors.ts";
import { matches } from "../fetch-block.ts";
import type { PinnedWork, PinState, PinTarget } from "./pin-target.ts";
import { askTarget, notUnderstood, type TargetRequest } from "./request.ts";
import { RETRY, retry, type RetryOptions } from "./retry.ts";

export type KuboOptions = {
  name: string;
  /** Of the RPC interface, for example `http://127.0.0.1:5001`. */
  url: string;
  /** Sent as `authorization` (Kubo's `API.Authorizations`). */
  authorization?: string;
  retry?: RetryOptions;
};

const importLine = z.object({
  Root: z.object({ Cid: z.object({ "/": z.string() }), PinErrorMsg: z.string().optional() }),
});
const errorAnswer = z.object({ Message: z.string() });

/**
 * A Kubo node by its RPC interface: `dag/import` with `pin-roots`, `pin/ls`, `block/get`, `pin/rm`. The tree is ours, so the CID does not depend
 * on the node's settings. Blocks are asked for offline: the node must have them itself.
 */
export class KuboTarget implements PinTarget {
  readonly name: string;
  readonly #options: KuboOptions;
  readonly #retry: RetryOptions;

  constructor(options: KuboOptions) {
    this.name = options.name;
    this.#options = options;
    this.#retry = options.retry ?? RETRY;
  }

  async ensure({ cid, car }: PinnedWork, signal?: AbortSignal): Promise<PinState> {
    if ((await this.status(cid, signal)) === "pinned") return "pinned";
    const { bytes } = await retry(
      () => {
        const boundary = `colophon-${randomUUID()}`;
        const headers = { "content-type": `multipart/form-data; boundary=${boundary}` };
        return this.#ask({ path: "dag/import?pin-roots=true", headers, body: multipart(boundary, car()), signal });
      },
      this.#retry,
      signal,
    );
    for (const line of new TextDecoder().decode(bytes).split("\n").filter(Boolean)) {
      const parsed = importLine.safeParse(parseJson(line));
      if (!parsed.success) continue; // statistics, and lines of newer versions
      const { Cid, PinErrorMsg } = parsed.data.Root;
      if (PinErrorMsg) {
        throw new ColophonError(
          "PIN_TARGET_REFUSED",
          `The target ${this.name} could not pin: ${PinErrorMsg.slice(0, 200)}`,
          {
            status: 502,
            data: { target: this.name, cid: Cid["/"] },
          },
        );
      }
    }
    return this.status(cid, signal);
  }

  async status(cid: CID, signal?: AbortSignal): Promise<PinState> {
    const path = `pin/ls?arg=${cid.toString()}&type=recursive`;
    const { status, bytes } = await retry(() => this.#ask({ path, signal, allow: [500] }), this.#retry, signal);
    if (status === 200) return "pinned";
    const error = errorAnswer.safeParse(parseJson(new TextDecoder().decode(bytes)));
    // Kubo tells by a status of 500 that a CID is not pinned.
    if (error.success && /is not pinned/.test(error.data.Message)) return "absent";
    throw notUnderstood(this.name, error.success ? error.data.Message : undefined);
  }

  async block(cid: CID, signal?: AbortSignal): Promise<Uint8Array> {
    const path = `block/get?arg=${cid.toString()}&offline=true`;
    const { status, bytes } = await this.#ask({ path, signal, allow: [500], timeoutMs: 30_000, block: true });
    if (status !== 200) {
      throw new ColophonError("CONTENT_NOT_FOUND", `The target ${this.name} does not have that block.`, {
        status: 404,
      });
    }
    if (await matches(cid, bytes)) return bytes;
    throw new ColophonError("BLOCK_MISMATCH", `The target ${this.name} sent bytes that do not match their CID.`, {
      status: 502,
      data: { target: this.name, cid: cid.toString() },
    });
  }

  async announce(cid: CID, signal?: AbortSignal): Promise<void> {
    await this.#ask({ path: `routing/provide?arg=${cid.toString()}`, signal });
  }

  async remove(cid: CID, signal?: AbortSignal): Promise<void> {
    if ((await this.status(cid, signal)) === "absent") return;
    await retry(() => this.#ask({ path: `pin/rm?arg=${cid.toString()}`, signal, allow: [500] }), this.#retry, signal);
  }

  #ask({ path, headers, block, ...rest }: Omit<TargetRequest, "target" | "url"> & { path: string; block?: boolean }) {
    const { url, authorization } = this.#options;
    return askTarget({
      ...rest,
      target: this.name,
      url: `${url.replace(/\/+$/, "")}/api/v0/${path}`,
      method: "POST",
      headers: { ...headers, ...(authorization ? { authorization } : {}) },
      maxBytes: block ? 2 * 1024 * 1024 : undefined,
    });
  }
}

async function* multipart(boundary: string, car: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="work.car"\r\ncontent-type: application/vnd.ipld.car\r\n\r\n`;
  yield Buffer.from(head);
  yield* car;
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // told apart by the schema
  }
}
