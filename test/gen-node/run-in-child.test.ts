import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { cidOfDigest, sha256Hex } from "../../common/digest.ts";
import type { JobSpec } from "../../common/documents.ts";
import { SHIPPED_MODEL } from "../../gen-node/cli/generate.ts";
import { encodePng } from "../../gen-node/encode/png.ts";
import { PINNED_WASM_SHA256, type RunInChildOptions, runJobInChild } from "../../gen-node/engine/index.ts";
import golden from "./golden.json" with { type: "json" };

describe("a job in its own process", function () {
  this.timeout(60_000);
  let folder: string;
  let model: Uint8Array;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "colophon-child-"));
    model = await readFile(SHIPPED_MODEL);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const named = (bytes: Uint8Array) => ({ cid: cidOfDigest(sha256Hex(bytes)), sha256: sha256Hex(bytes) });
  const sheet = (): JobSpec => ({
    schema: "colophon/job/1",
    task: "generate-image",
    model: { workId: "1", ...named(model) },
    seed: "golden",
    params: { tiles: 6, tilePixels: 32 },
  });
  const picture = encodePng({
    width: 64,
    height: 48,
    channels: 3,
    data: Uint8Array.from({ length: 64 * 48 * 3 }, (_, i) => (i * i) & 255),
  });
  const remix = (): JobSpec => ({
    ...sheet(),
    task: "remix-image",
    input: { workId: "2", licenseId: "1", ...named(picture) },
  });

  /** Runs another child program under the watchdogs and gives the code it ends with. */
  async function codeOf(program: string, options: RunInChildOptions): Promise<string> {
    const entry = join(folder, `${sha256Hex(new TextEncoder().encode(program)).slice(2, 12)}.mjs`);
    await writeFile(entry, program);
    const error: unknown = await runJobInChild(sheet(), { model }, undefined, { ...options, entry }).catch(
      (e: unknown) => e,
    );
    return (error as { code: string }).code;
  }

  it("gives the committed bytes for the shipped weights: sheet and remix", async () => {
    expect(golden.wasmSha256).to.equal(PINNED_WASM_SHA256);
    expect(golden.modelSha256).to.equal(sha256Hex(model));
    const [first, again, remixed] = await Promise.all([
      runJobInChild(sheet(), { model }),
      runJobInChild(sheet(), { model }),
      runJobInChild(remix(), { model, input: picture }),
    ]);
    expect(sha256Hex(again.png)).to.equal(sha256Hex(first.png));
    expect(first.engine).to.deep.equal({
      name: "colophon-wasm",
      version: "1.1.0",
      wasmSha256: PINNED_WASM_SHA256,
      modelSha256: sha256Hex(model),
    });
    expect({ sheet: sha256Hex(first.png), remix: sha256Hex(remixed.png) }).to.deep.equal({
      sheet: golden.sheet,
      remix: golden.remix,
    });
  });

  it("tells its progress, rising to 1", async () => {
    const seen: number[] = [];
    await runJobInChild(sheet(), { model }, (fraction) => seen.push(fraction));
    expect(seen).to.deep.equal([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).to.equal(1);
  });

  it("is ended when it takes too much memory, too long, or is canceled", async () => {
    const hog = `const kept = []; setInterval(() => kept.push(new Uint8Array(16e6).fill(1)), 5);`;
    expect(await codeOf(hog, { limits: { rssBytes: 200e6, pollMs: 10 } })).to.equal("JOB_TOO_LARGE");
    expect(await codeOf(`for (;;) {}`, { limits: { wallMs: 300 } })).to.equal("JOB_TOO_SLOW");
    const abort = new AbortController();
    const canceled = codeOf(`setInterval(() => {}, 1000);`, { signal: abort.signal });
    abort.abort();
    expect(await canceled).to.equal("JOB_CANCELED");
  });

  it("says so when it dies, and passes refusals on with their code", async () => {
    expect(await codeOf(`process.exit(3);`, {})).to.equal("ENGINE_DIED");
    const error: unknown = await runJobInChild(sheet(), { model: picture }).catch((e: unknown) => e);
    expect((error as { code: string }).code).to.equal("WRONG_BYTES");
  });

  it("sees neither keys nor tokens of the node", async () => {
    process.env["NODE_KEY"] = "secret";
    try {
      const tell = `process.once("message", () => { process.send({ type: "failed", error: { code: "ENV_" + Object.keys(process.env).filter((k) => /KEY|TOKEN/.test(k)).length, message: "", data: {} } }); });`;
      expect(await codeOf(tell, {})).to.equal("ENV_0");
    } finally {
      delete process.env["NODE_KEY"];
    }
  });
});
