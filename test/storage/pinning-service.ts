import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { listen } from "./serve.ts";

/** What goes wrong with one request: before it has an effect, or after. */
export type Fault = "none" | "500" | "429" | "reset" | "lost answer" | "garbage" | "slow";
type Pin = {
  requestid: string;
  status: "queued" | "pinning" | "pinned" | "failed";
  created: string;
  pin: { cid: string };
};

/** A service with the IPFS Pinning Service API 1.0, written from its specification, that can go wrong. */
export class PinningService {
  readonly pins = new Map<string, Pin>();
  readonly requests: string[] = [];
  /** Faults of the next requests; then none. */
  faults: Fault[] = [];
  /** What becomes of a pin: its state after each question. */
  course: Pin["status"][] = ["pinned"];
  readonly token = "the token";
  url = "";
  close: () => Promise<void> = async () => {};

  async start(): Promise<this> {
    ({ url: this.url, close: this.close } = await listen((request, response) => void this.#handle(request, response)));
    return this;
  }

  /** Requests that are kept for a CID. */
  of(cid: string): Pin[] {
    return [...this.pins.values()].filter(({ pin }) => pin.cid === cid);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    this.requests.push(`${request.method} ${request.url}`);
    const fault = this.faults.shift() ?? "none";
    if (fault === "reset") return void response.destroy();
    if (fault === "500") return send(response, 500, { error: { reason: "INTERNAL_SERVER_ERROR" } });
    if (fault === "429") {
      response.setHeader("retry-after", "1");
      return send(response, 429, { error: { reason: "TOO_MANY_REQUESTS" } });
    }
    const [status, answer] = this.#answer(request, Buffer.concat(parts).toString());
    if (fault === "lost answer") return void response.destroy();
    if (fault === "garbage") return void response.writeHead(200).end("<html>");
    if (fault === "slow") return; // never
    send(response, status, answer);
  }

  #answer(request: IncomingMessage, body: string): [number, unknown] {
    if (request.headers.authorization !== `Bearer ${this.token}`) return [401, { error: { reason: "UNAUTHORIZED" } }];
    const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
    const [, base, id] = pathname.split("/").map(decodeURIComponent);
    if (base !== "pins") return [404, { error: { reason: "NOT_FOUND" } }];
    if (request.method === "GET" && !id) {
      // The specification's default is to tell of pinned ones only.
      const states = (searchParams.get("status") ?? "pinned").split(",");
      const cids = searchParams.get("cid")?.split(",");
      for (const pin of this.pins.values()) this.#step(pin);
      const results = [...this.pins.values()]
        .filter(({ status, pin }) => states.includes(status) && (!cids || cids.includes(pin.cid)))
        .slice(0, Number(searchParams.get("limit") ?? 10));
      return [200, { count: results.length, results }];
    }
    const known = id ? this.pins.get(id) : undefined;
    if (id && !known) return [404, { error: { reason: "NOT_FOUND" } }];
    if (request.method === "DELETE" && known) {
      this.pins.delete(known.requestid);
      return [202, {}];
    }
    if (request.method === "POST") {
      const pin = JSON.parse(body) as Pin["pin"];
      if (known) this.pins.delete(known.requestid);
      const created = new Date().toISOString();
      const made: Pin = { requestid: randomUUID(), status: "queued", created, pin };
      this.pins.set(made.requestid, made);
      return [202, { ...made, delegates: ["/ip4/127.0.0.1/tcp/4001/p2p/12D3KooW"] }];
    }
    return known ? [200, { ...known, delegates: [] }] : [404, {}];
  }

  #step(pin: Pin): void {
    const at = this.course.indexOf(pin.status);
    if (pin.status === "queued") pin.status = this.course[0] ?? "pinned";
    else if (at >= 0) pin.status = this.course[at + 1] ?? pin.status;
  }
}

function send(response: ServerResponse, status: number, answer: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
}
