import { expect } from "chai";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ColophonError } from "../../common/errors.ts";
import { cidOfDigest, type Hash, sha256Hex } from "../../common/digest.ts";
import { type JobReceipt, type JobSpec, jobReceiptSchema } from "../../common/documents.ts";
import { fingerprint } from "../../fingerprint/node.ts";
import { SHIPPED_MODEL } from "../../gen-node/cli/generate.ts";
import { runJobSpec } from "../../gen-node/engine/run-job-spec.ts";
import { JobBook } from "../../gen-node/jobs/job-book.ts";
import { workJob, type WorkJobParameters } from "../../gen-node/jobs/work-job.ts";
import { openSigner } from "../../gen-node/ops/sign-output.ts";
import { pngTexts, type SignerPackage } from "../../storage/marking/index.ts";

describe("marks of a node's outputs", function () {
  this.timeout(60_000);
  let folder: string;
  let model: Uint8Array;
  let spec: JobSpec;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "colophon-marks-"));
    model = await readFile(SHIPPED_MODEL);
    const sha256 = sha256Hex(model);
    spec = {
      schema: "colophon/job/1",
      task: "generate-image",
      model: { workId: "1", cid: cidOfDigest(sha256), sha256 },
      seed: "marks",
      params: { tiles: 3, tilePixels: 28 },
    };
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("say what made them, and are found again by what is seen", async () => {
    const { png } = await runJobSpec(spec, { model });
    const texts = pngTexts(png);
    expect(texts.get("DigitalSourceType")).to.equal(
      "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
    );
    expect(texts.get("AISystemUsed")).to.equal(`sha256:${sha256Hex(model).slice(2)}`);
    expect(texts.get("DataMining"), "no choice was made").to.match(/DMI-UNSPECIFIED$/);
    expect(texts.has("License")).to.equal(false);
    expect(texts.get("ISCC")).to.equal((await fingerprint(png)).iscc.content);
  });

  it("carry the requester's choices, which change nothing that is seen", async () => {
    const license = "https://example.org/license";
    const chosen: JobSpec = { ...spec, marks: { dataMining: "no-generative-ai-training", license } };
    const [plain, marked, again] = [
      await runJobSpec(spec, { model }),
      await runJobSpec(chosen, { model }),
      await runJobSpec(chosen, { model }),
    ];
    expect(sha256Hex(again.png)).to.equal(sha256Hex(marked.png));
    expect(sha256Hex(plain.png)).to.not.equal(sha256Hex(marked.png));
    const texts = pngTexts(marked.png);
    expect([texts.get("License"), texts.get("DataMining")]).to.deep.equal([
      license,
      "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-GENAIMLTRAINING",
    ]);
    expect(texts.get("ISCC")).to.equal(pngTexts(plain.png).get("ISCC"));
    const bad = { ...spec, marks: { license: "nonsense" } } as JobSpec;
    const error: unknown = await runJobSpec(bad, { model }).catch((e: unknown) => e);
    expect((error as ColophonError).code).to.equal("BAD_SPEC");
  });

  /** A signer that puts a word at the end, or fails. */
  const signerOf = (fails: boolean): SignerPackage => ({
    LocalSigner: { newSigner: (certificates) => certificates.toString() },
    Builder: {
      withJson: (definition) => ({
        sign: (signer, input, output) => {
          if (fails) throw new Error("no");
          output.buffer = Buffer.concat([input.buffer ?? Buffer.alloc(0), Buffer.from(` ${String(signer)}`)]);
          return JSON.stringify(definition);
        },
      }),
    },
  });

  it("are signed in a copy beside the output, and a signer that fails costs no job", async () => {
    const files = { certificates: join(folder, "certificates.pem"), key: join(folder, "key.pem") };
    await writeFile(files.certificates, "SIGNED");
    await writeFile(files.key, "KEY");
    for (const fails of [false, true]) {
      const failures: unknown[] = [];
      const sign = await openSigner(
        files,
        (error) => failures.push(error),
        async () => signerOf(fails),
      );
      const stored = new Map<Hash, Uint8Array>();
      let receipt: JobReceipt | undefined;
      const book = await JobBook.open(join(folder, `${String(fails)}.journal`));
      await workJob({
        job: { id: 7n, specDigest: `0x${"07".repeat(32)}` },
        book,
        sign,
        operator: `0x${"11".repeat(20)}`,
        chain: {
          deployment: { chainId: 31337 },
          addresses: { JobMarket: `0x${"22".repeat(20)}` },
          submit: (_id: bigint, hash: Hash) => ({ hash }),
        },
        outbox: { send: async () => {} },
        store: {
          add: async (bytes: Uint8Array) => {
            stored.set(sha256Hex(bytes), bytes);
            return { cid: cidOfDigest(sha256Hex(bytes)), sha256: sha256Hex(bytes), bytes: bytes.length };
          },
          addDocument: async (document: JobReceipt) => {
            receipt = jobReceiptSchema.parse(document);
            return { digest: `0x${"33".repeat(32)}` };
          },
        },
        runner: { run: async () => runJobSpec(spec, { model }) },
        load: async () => ({ spec, model: { bytes: model } }),
        signal: new AbortController().signal,
      } as unknown as WorkJobParameters);
      await book.close();
      const output = receipt?.output.sha256 as Hash;
      expect(output, "what is submitted is the canonical output").to.equal(
        sha256Hex((await runJobSpec(spec, { model })).png),
      );
      expect(failures.length).to.equal(fails ? 1 : 0);
      if (fails) expect(receipt).to.not.have.property("signed");
      else {
        const copy = Buffer.from(stored.get(receipt?.signed?.sha256 as Hash) ?? []);
        expect(copy.subarray(-7).toString()).to.equal(" SIGNED");
        expect(copy.subarray(0, -7).equals(Buffer.from(stored.get(output) ?? []))).to.equal(true);
      }
    }
  });

  it("are signed only by a node that has all it needs, and one that has half of it does not start", async () => {
    const none = () => {};
    const files = { certificates: join(folder, "c.pem"), key: join(folder, "k.pem") };
    for (const file of Object.values(files)) await writeFile(file, "x");
    expect(await openSigner({}, none)).to.equal(null);
    const halves = [{ certificates: files.certificates }, { key: files.key }];
    for (const half of halves) {
      const error: unknown = await openSigner(half, none).catch((e: unknown) => e);
      expect((error as ColophonError).code).to.equal("BAD_CONFIG");
    }
    const error: unknown = await openSigner(files, none, async () => null).catch((e: unknown) => e);
    expect(String(error)).to.contain("not installed");
  });
});
