import type { IncomingMessage, ServerResponse } from "node:http";
import { CID } from "multiformats/cid";
import { ColophonError } from "../../common/errors.ts";
import type { ContentStore } from "../../storage/index.ts";
import { listen } from "./serve.ts";

/** The four calls of Kubo's RPC interface that a target uses, as its documentation has them, over a store. */
export async function serveKubo(
  store: ContentStore,
): Promise<{ url: string; calls: string[]; close: () => Promise<void> }> {
  const calls: string[] = [];
  const { url, close } = await listen((request, response) => {
    calls.push(request.url?.split("?")[0] ?? "");
    handle(store, request, response).catch((error: unknown) => {
      response.writeHead(500).end(JSON.stringify({ Message: String(error), Code: 0, Type: "error" }));
    });
  });
  return { url, calls, close };
}

async function handle(store: ContentStore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
  if (request.method !== "POST") return void response.writeHead(405).end();
  const arg = searchParams.get("arg") ?? "";
  switch (pathname) {
    case "/api/v0/dag/import": {
      const { cid } = await store.importCar(carOf(request));
      response.end(
        `${JSON.stringify({ Root: { Cid: { "/": cid }, PinErrorMsg: "" } })}\n${JSON.stringify({ Stats: {} })}\n`,
      );
      return;
    }
    case "/api/v0/pin/ls": {
      if (!(await store.blocks.blocksOf(CID.parse(arg)))) throw new Error(`path '${arg}' is not pinned`);
      response.end(JSON.stringify({ Keys: { [arg]: { Type: "recursive" } } }));
      return;
    }
    case "/api/v0/block/get": {
      if (searchParams.get("offline") !== "true") throw new Error("would have asked the network");
      response.end(await store.blocks.get(CID.parse(arg)));
      return;
    }
    case "/api/v0/pin/rm":
      await store.blocks.remove(CID.parse(arg));
      response.end(JSON.stringify({ Pins: [arg] }));
      return;
    case "/api/v0/routing/provide":
      response.end("{}");
      return;
    default:
      throw new ColophonError("NOT_FOUND", "404 page not found", { status: 404 });
  }
}

/** The file of a multipart body with one part. */
async function* carOf(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  const boundary = /boundary=(.+)$/.exec(request.headers["content-type"] ?? "")?.[1] ?? "";
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  const body = Buffer.concat(parts);
  const start = body.indexOf("\r\n\r\n") + 4;
  const end = body.lastIndexOf(`\r\n--${boundary}--`);
  if (start < 4 || end < 0 || !body.subarray(0, start).includes('name="file"')) throw new Error("no file in the form");
  yield body.subarray(start, end);
}
