/**
 * `npm run -s eval:cid -- [--json]`: the public vectors of Kubo's profile tests (three files and two directories under each of the two
 * profiles of IPIP-499), nothing stored. Prints `{total, passed, failures}`.
 */
import { createCipheriv, createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { importByteStream, importer } from "ipfs-unixfs-importer";
import type { CID } from "multiformats/cid";
import { importLeaves, rawCid } from "../../storage/import-leaves.ts";
import { importerOptions, type Profile } from "../../storage/profile.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
/** Letters of the names in the directory vectors, in the order that their recipe has; the two zeros are its own. */
const LETTERS = "abcdefghijklmnopqrstuvwxyz01234567890-_";

type FileVector = { name: string; profile: Profile; bytes: () => Iterable<Uint8Array>; cid: string };
type FolderVector = {
  name: string;
  profile: Profile;
  files: number;
  nameLength: number;
  lastLength: number;
  cid: string;
};

/** Data of the public vectors: the key stream of ChaCha20 with key SHA-256(seed) and a zero nonce. */
function* keyStream(seed: string, bytes: number): Generator<Uint8Array> {
  const cipher = createCipheriv("chacha20", createHash("sha256").update(seed).digest(), Buffer.alloc(16));
  const zeros = Buffer.alloc(MIB);
  for (let done = 0; done < bytes; done += MIB) yield cipher.update(zeros.subarray(0, Math.min(MIB, bytes - done)));
}

const hello = () => [new TextEncoder().encode("hello world")];
const FILES: FileVector[] = [
  {
    name: "v0 hello world",
    profile: "unixfs-v0-2015",
    bytes: hello,
    cid: "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD",
  },
  {
    name: "v0 file at 174 links",
    profile: "unixfs-v0-2015",
    bytes: () => keyStream("v0-seed", 44_544 * KIB),
    cid: "QmUbBALi174SnogsUzLpYbD4xPiBSFANF4iztWCsHbMKh2",
  },
  {
    name: "v0 file one chunk over",
    profile: "unixfs-v0-2015",
    bytes: () => keyStream("v0-seed", 44_800 * KIB),
    cid: "QmepeWtdmS1hHXx1oZXsPUv6bMrfRRKfZcoPPU4eEfjnbf",
  },
  {
    name: "v1 hello world",
    profile: "unixfs-v1-2025",
    bytes: hello,
    cid: "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e",
  },
  {
    name: "v1 file at 1,024 links",
    profile: "unixfs-v1-2025",
    bytes: () => keyStream("v1-2025-seed", 1024 * MIB),
    cid: "bafybeihmf37wcuvtx4hpu7he5zl5qaf2ineo2lqlfrapokkm5zzw7zyhvm",
  },
  {
    name: "v1 file one chunk over",
    profile: "unixfs-v1-2025",
    bytes: () => keyStream("v1-2025-seed", 1025 * MIB),
    cid: "bafybeihmzokxxjqwxjcryerhp5ezpcog2wcawfryb2xm64xiakgm4a5jue",
  },
];
const FOLDERS: FolderVector[] = [
  {
    name: "v0 directory at the threshold",
    profile: "unixfs-v0-2015",
    files: 4096,
    nameLength: 30,
    lastLength: 30,
    cid: "QmX5GtRk3TSSEHtdrykgqm4eqMEn3n2XhfkFAis5fjyZmN",
  },
  {
    name: "v0 directory one byte over",
    profile: "unixfs-v0-2015",
    files: 4033,
    nameLength: 31,
    lastLength: 31,
    cid: "QmeMiJzmhpJAUgynAcxTQYek5PPKgdv3qEvFsdV3XpVnvP",
  },
  {
    name: "v1 directory at the threshold",
    profile: "unixfs-v1-2025",
    files: 4766,
    nameLength: 11,
    lastLength: 21,
    cid: "bafybeic3h7rwruealwxkacabdy45jivq2crwz6bufb5ljwupn36gicplx4",
  },
  {
    name: "v1 directory one byte over",
    profile: "unixfs-v1-2025",
    files: 4766,
    nameLength: 11,
    lastLength: 22,
    cid: "bafybeiegvuterwurhdtkikfhbxcldohmxp566vpjdofhzmnhv6o4freidu",
  },
];

const nowhere = { put: async (cid: CID) => cid };

/** The store's own way of making leaves, without a disk: what is measured is what is used. */
function optionsOf(profile: Profile) {
  if (profile !== "unixfs-v1-2025") return importerOptions(profile);
  const writer = { put: async () => {}, leaf: async (bytes: Uint8Array) => rawCid(bytes) };
  return { ...importerOptions(profile), bufferImporter: importLeaves(writer, 16) };
}

async function cidOfFile({ profile, bytes }: FileVector): Promise<string> {
  return (await importByteStream(bytes(), nowhere, optionsOf(profile))).cid.toString();
}

async function cidOfFolder({ profile, files, nameLength, lastLength }: FolderVector): Promise<string> {
  const letters = Buffer.concat([...keyStream(`hamt-${profile}`, MIB)]);
  let at = 0;
  function* entries() {
    for (let i = 0; i < files; i++) {
      const length = i === files - 1 ? lastLength : nameLength;
      const name = Array.from(letters.subarray(at, at + length), (byte) => LETTERS[byte % LETTERS.length]).join("");
      at += length;
      yield { path: `folder/${name}`, content: Buffer.from("x") };
    }
  }
  let root = "";
  for await (const entry of importer(entries(), nowhere, { ...optionsOf(profile), fileImportConcurrency: 1 })) {
    if (entry.path === "folder") root = entry.cid.toString();
  }
  return root;
}

const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
const failures: { name: string; expected: string; got: string }[] = [];
const check = (name: string, expected: string, got: string) => {
  if (got !== expected) failures.push({ name, expected, got });
  if (!values.json) console.log(`${got === expected ? "same" : "DIFFERS"}  ${name}`);
};
for (const vector of FILES) check(vector.name, vector.cid, await cidOfFile(vector));
for (const vector of FOLDERS) check(vector.name, vector.cid, await cidOfFolder(vector));
const total = FILES.length + FOLDERS.length;
const report = { total, passed: total - failures.length, failures };
console.log(values.json ? JSON.stringify(report) : `${report.passed} of ${total} CIDs are Kubo's`);
process.exitCode = failures.length === 0 ? 0 : 1;
