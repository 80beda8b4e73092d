import { expect } from "chai";
import { execFile } from "node:child_process";
import { createCipheriv, createHash } from "node:crypto";
import { importByteStream } from "ipfs-unixfs-importer";
import type { CID } from "multiformats/cid";
import path from "node:path";
import { promisify } from "node:util";
import { Prng } from "../../common/prng.ts";
import { importerOptions } from "../../storage/profile.ts";

const MIB = 1024 * 1024;

/** CID of a stream under the store's profile, nothing kept. */
async function cidOf(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const { cid } = await importByteStream(source, { put: async (at: CID) => at }, importerOptions());
  return cid.toString();
}

/** The public vectors' data: the key stream of ChaCha20 with key SHA-256(seed) and a zero nonce. */
function* keyStream(seed: string, bytes: number): Generator<Uint8Array> {
  const cipher = createCipheriv("chacha20", createHash("sha256").update(seed).digest(), Buffer.alloc(16));
  const zeros = Buffer.alloc(MIB);
  for (let done = 0; done < bytes; done += MIB) yield cipher.update(zeros.subarray(0, Math.min(MIB, bytes - done)));
}

// A second, plain implementation from the specifications (CIDv1, dag-pb, UnixFS), sharing no code with the store.
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
const cidBytes = (codec: number, block: Uint8Array) =>
  Buffer.concat([Buffer.from([1, codec, 0x12, 32]), sha256(block)]);

function base32(bytes: Uint8Array): string {
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  const groups = bits.match(/.{1,5}/g) ?? [];
  return `b${groups.map((group) => "abcdefghijklmnopqrstuvwxyz234567"[Number.parseInt(group.padEnd(5, "0"), 2)]).join("")}`;
}

function varint(value: number): number[] {
  const low = value % 128;
  return value < 128 ? [low] : [low + 128, ...varint(Math.floor(value / 128))];
}

const field = (number: number, bytes: Uint8Array) =>
  Buffer.concat([Buffer.from([number * 8 + 2, ...varint(bytes.length)]), bytes]);

function expectedCid(file: Uint8Array): string {
  if (file.length <= MIB) return base32(cidBytes(0x55, file));
  const leaves: Uint8Array[] = [];
  for (let at = 0; at < file.length; at += MIB) leaves.push(file.subarray(at, at + MIB));
  const links = leaves.map((leaf) =>
    field(
      2,
      Buffer.concat([
        field(1, cidBytes(0x55, leaf)),
        Buffer.from([0x12, 0]),
        Buffer.from([0x18, ...varint(leaf.length)]),
      ]),
    ),
  );
  const unixfs = [0x08, 2, 0x18, ...varint(file.length), ...leaves.flatMap((leaf) => [0x20, ...varint(leaf.length)])];
  const root = Buffer.concat([...links, field(1, Buffer.from(unixfs))]);
  return base32(cidBytes(0x70, root));
}

describe("CIDs of the profile unixfs-v1-2025", function () {
  this.timeout(60_000);

  it('gives "hello world" its public CID', async () => {
    const hello = new TextEncoder().encode("hello world");
    expect(await cidOf([hello])).to.equal("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");
    expect(expectedCid(hello)).to.equal("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");
  });

  it("agrees with a plain second implementation around every chunk boundary, however the bytes arrive", async () => {
    const prng = new Prng("cid sizes");
    const data = Buffer.concat([...keyStream("sizes", 5 * MIB)]);
    const sizes = [0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB - 1, 2 * MIB, 2 * MIB + 1, 5 * MIB, 3 * MIB + prng.below(MIB)];
    for (const size of sizes) {
      const file = data.subarray(0, size);
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < size; ) {
        const length = 1 + prng.below(700_000);
        pieces.push(file.subarray(at, at + length));
        at += length;
      }
      expect(await cidOf(pieces), `${size} bytes`).to.equal(expectedCid(file));
    }
  });

  it("equals all ten of Kubo's vectors: files and directories, at and over the limits of both profiles", async () => {
    const script = path.join(import.meta.dirname, "../../scripts/store/eval-cid.ts");
    const { stdout } = await promisify(execFile)(process.execPath, [script, "--json"]);
    expect(JSON.parse(stdout)).to.deep.equal({ total: 10, passed: 10, failures: [] });
  });
});
