import { expect } from "chai";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { EngineGone, JsonRpcClient, RpcError } from "../../scripts/dev-chain/json-rpc.ts";

/** What a call says to an engine that answers its own way. */
async function against(engine: RequestListener): Promise<unknown> {
  const server = createServer(engine).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const client = new JsonRpcClient(typeof address === "object" && address ? address.port : 0, 100);
  try {
    return await client.call("eth_chainId").catch((error: unknown) => error);
  } finally {
    client.close();
    server.closeAllConnections();
    server.close();
  }
}

describe("calls to the engine", () => {
  it("give the result, or the engine's own error", async () => {
    const says =
      (body: object): RequestListener =>
      (_request, response) =>
        void response.end(JSON.stringify(body));
    expect(await against(says({ result: "0x7a69" }))).to.equal("0x7a69");
    const error = await against(says({ error: { code: 3, message: "execution reverted", data: "0x08c379a0" } }));
    expect(error).to.be.instanceOf(RpcError);
    expect(error).to.include({ code: 3, message: "execution reverted", data: "0x08c379a0" });
  });

  it("count an engine as gone that hangs, breaks off, or talks nonsense", async () => {
    const engines: RequestListener[] = [
      () => {},
      (_request, response) => void response.write("{"),
      (request) => void request.socket.destroy(),
      (_request, response) => void response.end("<html>"),
    ];
    for (const engine of engines) expect(await against(engine)).to.be.instanceOf(EngineGone);
  });
});
