import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { LIMITS } from "../../common/limits.ts";
import { Prng } from "../../common/prng.ts";
import { sha256Hex } from "../../common/digest.ts";
import { fingerprintPath } from "../../fingerprint/fingerprint-path.ts";
import { fingerprint } from "../../fingerprint/node.ts";
import { dataCodeV0, instanceCodeV0 } from "../../fingerprint/iscc/v0.ts";
import { encoded, picture } from "./pictures.ts";
import { refusal } from "./refusal.ts";

describe("fingerprint of a file on disk", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "colophon-path-"));
  });

  after(() => rm(folder, { recursive: true }));

  async function stored(name: string, bytes: Uint8Array): Promise<string> {
    const file = path.join(folder, name);
    await writeFile(file, bytes);
    return file;
  }

  it("is the fingerprint of its bytes, with a CID", async () => {
    const bytes = await encoded(picture("disk").png());
    const { cid, ...found } = await fingerprintPath(await stored("p.png", bytes), { title: "Disk" });
    expect(found).to.deep.equal(await fingerprint(bytes, { title: "Disk" }));
    expect(cid).to.match(/^bafkrei/u);
  });

  it("has all hashes but no content above the limit, and says so", async () => {
    const prng = new Prng("large");
    const block = Uint8Array.from({ length: 1 << 20 }, () => prng.below(256));
    const bytes = new Uint8Array(LIMITS.uploadBytes + 12_345);
    for (let at = 0; at < bytes.length; at += block.length) bytes.set(block.subarray(0, bytes.length - at), at);
    bytes.set(await encoded(picture("head", 64, 48).png()));
    const { cid, ...found } = await fingerprintPath(await stored("large.png", bytes));
    expect(found).to.include({
      mediaType: "image/png",
      bytes: bytes.length,
      sha256: sha256Hex(bytes),
      content256: null,
      searchable: false,
    });
    expect(found.reason).to.include("32 MiB");
    expect(found.iscc.data).to.equal(dataCodeV0(bytes).iscc);
    expect(found.iscc.instance).to.equal(instanceCodeV0(bytes).iscc);
    expect(cid).to.match(/^bafybei/u);
  });

  it("refuses a file that is not there, a folder, and an empty file", async () => {
    await refusal("FILE_NOT_FOUND", () => fingerprintPath(path.join(folder, "none")));
    await refusal("FILE_NOT_FOUND", () => fingerprintPath(folder));
    const empty = await stored("empty", new Uint8Array());
    await refusal("EMPTY_FILE", () => fingerprintPath(empty));
  });
});
