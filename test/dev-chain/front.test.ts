import { expect } from "chai";
import { request } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Hash, keccak256 } from "viem";
import { type DevChain, startDevChain } from "../../scripts/dev-chain/index.ts";
import { account, call, clientOf, rpc, send, signTransfer } from "./wallet.ts";

const SINK = "0x00000000000000000000000000000000000000bb";

/** A request whose Host and Origin are ours to choose, which fetch does not allow. */
function raw(
  url: string,
  headers: Record<string, string>,
  method = "POST",
): Promise<{ status: number; headers: Record<string, unknown> }> {
  const body = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}';
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers }, (response) => {
      response.resume();
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    });
    outgoing.on("error", reject);
    outgoing.end(method === "POST" ? body : undefined);
  });
}

describe("the local chain's front", function () {
  this.timeout(20_000);
  let dataDir: string;
  let chain: DevChain;

  before(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), "colophon-front-"));
    chain = await startDevChain({ dataDir });
  });
  after(async () => {
    await chain.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it("is chain 31337 with twenty funded wallets and no unlocked account", async () => {
    const client = clientOf(chain.url);
    expect(await client.getChainId()).to.equal(31337);
    expect(await client.getBalance({ address: account(19).address })).to.equal(10_000n * 10n ** 18n);
    expect(await call(chain.url, "eth_accounts")).to.deep.equal([]);
    const { error } = await rpc(chain.url, "eth_sendTransaction", [
      { from: account(0).address, to: SINK, value: "0x1" },
    ]);
    expect(error?.message).to.contain("holds no keys");
    expect(await client.getBalance({ address: SINK })).to.equal(0n);
  });

  it("refuses what would go past the journal", async () => {
    const forbidden = [
      "anvil_setBalance",
      "evm_mine",
      "evm_increaseTime",
      "anvil_reorg",
      "hardhat_reset",
      "eth_sign",
      "debug_setHead",
    ];
    for (const method of [...forbidden, "eth_sendUnsignedTransaction", "eth_signTransaction", "admin_peers"]) {
      expect((await rpc(chain.url, method)).error?.code, method).to.equal(-32601);
    }
  });

  it("answers pages of this machine only", async () => {
    const port = new URL(chain.url).port;
    const local = await raw(chain.url, { origin: "http://localhost:4600" });
    expect(local.status).to.equal(200);
    expect(local.headers["access-control-allow-origin"]).to.equal("http://localhost:4600");
    expect((await raw(chain.url, { origin: "http://127.0.0.1:1" }, "OPTIONS")).status).to.equal(204);
    for (const origin of ["https://evil.example", "null", "http://localhost.evil.example", "http://127.0.0.1.nip.io"]) {
      expect((await raw(chain.url, { origin })).status, origin).to.equal(403);
    }
    expect((await raw(chain.url, { host: `evil.example:${port}` })).status, "a name bound to this address").to.equal(
      403,
    );
    expect((await raw(chain.url, { host: `localhost:${port}` })).status).to.equal(200);
  });

  it("takes batches, keeps their order of transactions, and refuses nonsense with the right codes", async () => {
    const post = async (body: string) => (await fetch(chain.url, { method: "POST", body })).json();
    const raws = await Promise.all([0, 1, 2].map((nonce) => signTransfer(6, nonce, SINK, 1n)));
    const batch = raws.map((tx, id) => ({ jsonrpc: "2.0", id, method: "eth_sendRawTransaction", params: [tx] }));
    const answers = (await post(JSON.stringify(batch))) as { id: number; result: Hash }[];
    const numbers: bigint[] = [];
    for (const { result } of answers)
      numbers.push((await clientOf(chain.url).getTransactionReceipt({ hash: result })).blockNumber);
    expect(numbers[1]).to.equal((numbers[0] ?? 0n) + 1n);
    expect(numbers[2]).to.equal((numbers[0] ?? 0n) + 2n);
    const raw = await signTransfer(6, 3, SINK, 1n);
    const both = [
      { jsonrpc: "2.0", id: "a", method: "eth_sendRawTransaction", params: [raw] },
      { jsonrpc: "2.0", id: "b", method: "eth_getTransactionReceipt", params: [keccak256(raw)] },
    ];
    expect(await post(JSON.stringify(both))).to.have.nested.property("[1].result.status", "0x1");
    expect(await post("{")).to.have.nested.property("error.code", -32700);
    expect(await post("[]")).to.have.nested.property("error.code", -32600);
    expect(await post('{"id":1}')).to.have.nested.property("error.code", -32600);
    const tooLong = await fetch(chain.url, { method: "POST", body: "x".repeat(5 * 1024 * 1024 + 1) });
    expect(tooLong.status).to.equal(413);
  });

  it("refuses a transaction that is not one, not signed, or for another chain, before it is journaled", async () => {
    const { entries } = await call<{ entries: number }>(chain.url, "colophon_status");
    const elsewhere = await account(6).signTransaction({
      type: "eip1559",
      chainId: 1,
      nonce: 3,
      to: SINK,
      gas: 21_000n,
      maxFeePerGas: 10n ** 10n,
    });
    for (const bad of ["0x", "0x12", "hello", elsewhere, `0x${"00".repeat(200_000)}`, 5]) {
      expect((await rpc(chain.url, "eth_sendRawTransaction", [bad])).error?.code).to.equal(-32602);
    }
    expect(await call(chain.url, "colophon_status")).to.have.property("entries", entries);
  });

  it("is not poisoned by a refused transaction, and holds one that came too early, over kill -9", async () => {
    const client = clientOf(chain.url);
    const first = await signTransfer(7, 0, SINK, 3n);
    await send(chain.url, first);
    expect((await rpc(chain.url, "eth_sendRawTransaction", [first])).error?.message).to.contain("nonce too low");
    const early = await send(chain.url, await signTransfer(7, 2, SINK, 5n));
    expect((await client.getTransaction({ hash: early })).blockNumber).to.equal(null);
    const before = await client.getBlock();

    await chain.stop("SIGKILL");
    chain = await startDevChain({ dataDir });
    const again = clientOf(chain.url);
    expect((await again.getBlock()).hash).to.equal(before.hash);
    expect((await again.getTransaction({ hash: early })).blockNumber).to.equal(null);

    await chain.stop(); // a clean stop dumps: the waiting one must be in the dump's manifest
    chain = await startDevChain({ dataDir });
    const missing = await send(chain.url, await signTransfer(7, 1, SINK, 4n));
    const late = clientOf(chain.url);
    expect((await late.getTransactionReceipt({ hash: missing })).status).to.equal("success");
    expect((await late.getTransactionReceipt({ hash: early })).status).to.equal("success");
  });

  it("lets one process have a folder, and waits for one that is on its way out", async () => {
    process.env.DEV_CHAIN_LOCK_WAIT_MS = "100";
    const error: unknown = await startDevChain({ dataDir }).catch((e: unknown) => e);
    delete process.env.DEV_CHAIN_LOCK_WAIT_MS;
    expect(String(error)).to.contain("DATA_LOCKED");
    const { head } = await call<{ head: object }>(chain.url, "colophon_status");
    const [next] = await Promise.all([startDevChain({ dataDir }), chain.stop()]);
    chain = next;
    expect(await call(chain.url, "colophon_status")).to.deep.include({ head });
  });

  it("tells its health", async () => {
    const health = (await (await fetch(`${chain.url}/health`)).json()) as Record<string, unknown>;
    expect(health).to.include({ ok: true, chainId: 31337, sealed: true });
  });
});
