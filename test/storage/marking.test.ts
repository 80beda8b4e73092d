import { expect } from "chai";
import fc from "fast-check";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { hasCode } from "../../common/errors.ts";
import { fingerprint } from "../../fingerprint/node.ts";
import {
  loadSigner,
  manifestDefinition,
  type Marks,
  markOutput,
  pngTexts,
  readManifest,
  signC2pa,
  type SignerPackage,
  tdmRules,
} from "../../storage/marking/index.ts";
import { jpegXmp } from "../../storage/marking/jpeg.ts";
import { mp3Texts } from "../../storage/marking/mp3.ts";
import { wavXmp } from "../../storage/marking/wav.ts";

const MARKS: Marks = {
  sourceType: "compositeWithTrainedAlgorithmicMedia",
  dataMining: "no-generative-ai-training",
  license: "https://example.org/license?a=1&b=<2>",
  tool: "colophon-wasm 1.1.0",
  model: "sha256:0011",
  iscc: "ISCC:EEAWJ4PIQ5CUZZEQ",
};
const thrown = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  return null;
};
const picture = (format: "png" | "jpeg") =>
  sharp({ create: { width: 90, height: 60, channels: 3, noise: { type: "gaussian", mean: 120, sigma: 40 } } as never })
    .toFormat(format)
    .toBuffer();

/** A RIFF file of a few samples. */
function wave(): Buffer {
  const head = Buffer.alloc(44);
  head.write("RIFF\x00\x00\x00\x00WAVEfmt ", 0, "latin1");
  head.writeUInt32LE(36 + 7, 4);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(8000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write("data", 36, "latin1");
  head.writeUInt32LE(7, 40);
  return Buffer.concat([head, Buffer.from([1, 2, 3, 4, 5, 6, 7, 0])]);
}
/** Two frames of MPEG layer 3 with nothing in them, behind a tag with a title. */
const mpeg = () =>
  Buffer.concat([
    Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 16]),
    Buffer.from("TIT2\x00\x00\x00\x06\x00\x00\x03Title", "latin1"),
    Buffer.alloc(300, "\xff\xfb\x90\x00", "latin1"),
  ]);

describe("marks of generated files", function () {
  this.timeout(30_000);

  const files: Record<string, () => Promise<Buffer> | Buffer> = {
    "image/png": () => picture("png"),
    "image/jpeg": () => picture("jpeg"),
    "audio/mpeg": mpeg,
    "audio/wav": wave,
  };
  const read: Record<string, (bytes: Uint8Array) => string> = {
    "image/png": (bytes) => [...pngTexts(bytes)].flat().join("\n"),
    "image/jpeg": (bytes) => jpegXmp(bytes) ?? "",
    "audio/mpeg": (bytes) => [...mp3Texts(bytes)].flat().join("\n"),
    "audio/wav": (bytes) => wavXmp(bytes) ?? "",
  };

  for (const [type, make] of Object.entries(files)) {
    it(`say how the file was made, what may be learned from it, and its license: ${type}`, async () => {
      const marked = markOutput(await make(), type, MARKS);
      const text = (read[type] as (bytes: Uint8Array) => string)(marked);
      expect(text).to.contain("http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia");
      expect(text).to.contain("http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-GENAIMLTRAINING");
      expect(text).to.contain("ISCC:EEAWJ4PIQ5CUZZEQ");
      expect(text.replaceAll("&#38;", "&").replaceAll("&#60;", "<").replaceAll("&#62;", ">")).to.contain(MARKS.license);
    });

    it(`are the same for the same file, replace older ones, and do not grow: ${type}`, async () => {
      const file = await make();
      const marked = markOutput(file, type, MARKS);
      expect(Buffer.compare(markOutput(file, type, { ...MARKS }), marked)).to.equal(0);
      expect(Buffer.compare(markOutput(marked, type, MARKS), marked)).to.equal(0);
      const other: Marks = { sourceType: "algorithmicMedia", dataMining: "allowed", tool: "another 2" };
      const again = markOutput(marked, type, other);
      expect((read[type] as (bytes: Uint8Array) => string)(again)).to.not.contain("Composite");
      expect(Buffer.from(again).toString("latin1")).to.not.contain("EEAWJ4PIQ5CUZZEQ");
      expect(Buffer.compare(markOutput(again, type, MARKS), marked), "and back").to.equal(0);
    });

    it(`do not break on files that are cut or garbled: ${type}`, async () => {
      const file = await make();
      fc.assert(
        fc.property(fc.nat(file.length), fc.nat(255), fc.boolean(), (at, byte, cut) => {
          const bad = cut ? file.subarray(0, at) : Buffer.from(file);
          if (!cut) bad[at % bad.length] = byte;
          const error = thrown(() => markOutput(bad, type, MARKS));
          if (error !== null)
            expect(error).to.have.property("code").that.is.oneOf(["BROKEN_MEDIA", "UNSUPPORTED_MEDIA"]);
        }),
        { numRuns: 300, seed: 3 },
      );
    });
  }

  it("leave the picture as it is", async () => {
    for (const format of ["png", "jpeg"] as const) {
      const file = await picture(format);
      const marked = Buffer.from(markOutput(file, `image/${format}`, MARKS));
      const [before, after] = [await sharp(file).raw().toBuffer(), await sharp(marked).raw().toBuffer()];
      expect(Buffer.compare(before, after)).to.equal(0);
      expect((await sharp(marked).metadata()).xmp?.toString()).to.contain("DigitalSourceType");
      const [one, two] = [await fingerprint(file), await fingerprint(new Uint8Array(marked))];
      expect(one.iscc.content, "the soft binding binds to what is seen").to.equal(two.iscc.content);
      expect(one.iscc.instance).to.not.equal(two.iscc.instance);
    }
  });

  it("keep what else an audio file says", () => {
    const marked = Buffer.from(markOutput(mpeg(), "audio/mpeg", MARKS));
    expect(marked.toString("latin1")).to.contain("TIT2");
    expect(marked.subarray(-300).equals(mpeg().subarray(-300))).to.equal(true);
    const sound = Buffer.from(markOutput(wave(), "audio/wav", MARKS));
    expect(sound.readUInt32LE(4)).to.equal(sound.length - 8);
    expect(sound.includes(wave().subarray(12, 51))).to.equal(true);
  });

  it("are refused where they make no sense", () => {
    const bad: [unknown, string][] = [
      [{ ...MARKS, license: "javascript" }, "BAD_MARKS"],
      [{ ...MARKS, sourceType: "digitalCapture" }, "BAD_MARKS"],
      [{ ...MARKS, iscc: "EEAWJ4PIQ5CUZZEQ" }, "BAD_MARKS"],
      [{ ...MARKS, tool: "two\nlines" }, "BAD_MARKS"],
      [{ ...MARKS, more: 1 }, "BAD_MARKS"],
    ];
    for (const [marks, code] of bad) {
      const error = thrown(() => markOutput(wave(), "audio/wav", marks as Marks));
      expect(hasCode(error, code), String(error)).to.equal(true);
    }
    expect(thrown(() => markOutput(wave(), "text/plain", MARKS))).to.have.property("code", "UNSUPPORTED_MEDIA");
  });

  describe("in signed form", () => {
    it("say the same in C2PA's and CAWG's words", () => {
      const { assertions, claim_generator_info: by } = manifestDefinition(MARKS, {
        title: "x",
        mediaType: "image/png",
      });
      const of = (label: string) => assertions.find((assertion) => assertion.label === label)?.data as never;
      expect(by).to.deep.equal([{ name: "colophon-wasm", version: "1.1.0" }]);
      const [action] = (of("c2pa.actions.v2") as { actions: Record<string, unknown>[] }).actions;
      expect(action?.action).to.equal("c2pa.created");
      expect(action?.digitalSourceType).to.match(/compositeWithTrainedAlgorithmicMedia$/);
      const { alg, blocks } = of("c2pa.soft-binding") as { alg: string; blocks: { value: string }[] };
      expect([alg, Buffer.from(blocks[0]?.value ?? "", "base64").toString()]).to.deep.equal(["io.iscc.v0", MARKS.iscc]);
      const uses = (dataMining: Marks["dataMining"], license?: string) => {
        const definition = manifestDefinition(
          { ...MARKS, dataMining, license },
          { title: "x", mediaType: "image/png" },
        );
        const data = definition.assertions.find(({ label }) => label === "cawg.training-mining")?.data as {
          entries: Record<string, { use: string }>;
        };
        return Object.entries(data.entries).map(([entry, { use }]) => `${entry.slice(5)} ${use}`);
      };
      expect(uses("unspecified")).to.deep.equal([]);
      expect(new Set(uses("allowed").map((use) => use.split(" ")[1]))).to.deep.equal(new Set(["allowed"]));
      expect(uses("no-ai-training")).to.deep.equal([
        "ai_generative_training notAllowed",
        "ai_training notAllowed",
        "ai_inference allowed",
        "data_mining allowed",
      ]);
      expect(uses("prohibited").every((use) => use.endsWith("notAllowed"))).to.equal(true);
      expect(uses("no-generative-ai-training", "https://example.org")[0]).to.equal(
        "ai_generative_training constrained",
      );
    });

    it("are left out where no signer is installed, and its failures have a code", async () => {
      expect(await loadSigner("@contentauth/not-installed-anywhere")).to.equal(null);
      const failing = {
        LocalSigner: { newSigner: () => ({}) },
        Builder: {
          withJson: () => ({
            sign: () => {
              throw new Error("no");
            },
          }),
        },
      } satisfies SignerPackage;
      const key = { certificates: new Uint8Array(), privateKey: new Uint8Array() };
      const definition = manifestDefinition(MARKS, { title: "x", mediaType: "audio/wav" });
      const sign = (signer: SignerPackage) => () =>
        signC2pa(signer, key, { bytes: wave(), mediaType: "audio/wav" }, definition);
      expect(thrown(sign(failing))).to.have.property("code", "SIGNING_FAILED");
      const silent = { ...failing, Builder: { withJson: () => ({ sign: () => Buffer.alloc(0) }) } };
      expect(thrown(sign(silent))).to.have.property("code", "SIGNING_FAILED");
    });

    it("are in the file, and found again, where the signer is installed", async function () {
      const signer = await loadSigner(process.env["C2PA_SIGNER"]);
      if (!signer) return this.skip(); // an operator's choice: its installer downloads a binary
      const dir = await mkdtemp(path.join(tmpdir(), "colophon-c2pa-"));
      try {
        const key = await makeCertificate(dir);
        for (const format of ["png", "jpeg"] as const) {
          const mediaType = `image/${format}`;
          const file = markOutput(await picture(format), mediaType, MARKS);
          const definition = manifestDefinition(MARKS, { title: "x", mediaType });
          const signed = signC2pa(signer, key, { bytes: file, mediaType }, definition);
          const manifest = Buffer.from(readManifest(signed, mediaType) ?? []);
          expect(manifest.includes("c2pa.soft-binding"), format).to.equal(true);
          expect(manifest.readUInt32BE(0), "the box says its own length").to.equal(manifest.length);
          expect(readManifest(file, mediaType)).to.equal(null);
          if (format === "png") expect(pngTexts(signed)).to.deep.equal(pngTexts(file));
        }
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    });
  });

  it("reserve mining of works site-wide, as W3C's protocol has it", () => {
    const rules = tdmRules("https://example.org/terms");
    for (const rule of rules) {
      expect(rule.location).to.match(/^\//);
      expect(rule["tdm-reservation"]).to.be.oneOf([0, 1]);
    }
    expect(rules.at(-1), "what is not listed before").to.deep.equal({
      location: "/*",
      "tdm-reservation": 1,
      "tdm-policy": "https://example.org/terms",
    });
  });

  it("are pinned: equal files and marks give these bytes on every machine", () => {
    const digest = (type: string, file: Buffer) =>
      createHash("sha256")
        .update(markOutput(file, type, MARKS))
        .digest("hex");
    expect([digest("audio/wav", wave()).slice(0, 16), digest("audio/mpeg", mpeg()).slice(0, 16)]).to.deep.equal([
      "e2bed50302426e94",
      "004a1e3ae98ea2a5",
    ]);
  });
});

/** A certificate of a test's own, in the form that C2PA asks for. */
async function makeCertificate(dir: string): Promise<{ certificates: Uint8Array; privateKey: Uint8Array }> {
  const run = promisify(execFile);
  const at = (name: string) => path.join(dir, name);
  const extensions =
    "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,emailProtection\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n";
  await writeFile(at("ext"), extensions);
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-sha256"];
  const ca = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"];
  await run("openssl", [
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    at("ca.key"),
    "-out",
    at("ca.pem"),
    "-subj",
    "/O=T/CN=CA",
    ...ca,
  ]);
  await run("openssl", ["req", ...newKey, "-keyout", at("key"), "-out", at("csr"), "-subj", "/O=T/CN=Signer"]);
  const issue = ["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-sha256", "-extfile", at("ext")];
  await run("openssl", ["x509", "-req", "-in", at("csr"), ...issue, "-out", at("pem")]);
  const chain = Buffer.concat([await readFile(at("pem")), await readFile(at("ca.pem"))]);
  return { certificates: chain, privateKey: await readFile(at("key")) };
}
