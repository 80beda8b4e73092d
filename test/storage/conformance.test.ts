// What the path gateway and trustless gateway specifications (specs.ipfs.tech, with IPIP-402, 412 and 523) ask of a gateway that serves
// files, folders, blocks and CARs. Not here, because not served: IPNS, DNSLink, subdomains, _redirects, dag-json, dag-cbor and TAR.
import * as dagPb from "@ipld/dag-pb";
import { CarReader } from "@ipld/car/reader";
import { expect } from "chai";
import { createHash } from "node:crypto";
import { CID } from "multiformats/cid";
import { identity } from "multiformats/hashes/identity";
import type { ContentStore } from "../../storage/index.ts";
import { type Fixture, folderOfBlocks, putBlocks } from "./folder-of-blocks.ts";
import { serveStore } from "./serve.ts";

const CAR = "application/vnd.ipld.car";
const RAW = "application/vnd.ipld.raw";
const MISSING = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
/** Five leaves: four of 256 bytes, one of 2. */
const MULTIBLOCK = Array.from({ length: 1026 }, (_, i) =>
  String.fromCharCode(97 + ((i * 7 + Math.floor(i / 256)) % 26)),
).join("");
const ASCII = "hello application/vnd.ipld.car\n";

describe("conformance with the gateway specifications", function () {
  this.timeout(30_000);
  let url: string;
  let store: ContentStore;
  let close: () => Promise<void>;
  let plain: Fixture;
  let mixed: Fixture;
  let doubled: Fixture;
  let sharded: Fixture;
  let listed: Fixture;
  let holed: Fixture;

  before(async () => {
    ({ url, store, close } = await serveStore());
    plain = await folderOfBlocks({ "subdir/ascii.txt": ASCII, "subdir/hello.txt": "hello world" });
    mixed = await folderOfBlocks({
      "subdir/ascii.txt": ASCII,
      "subdir/hello.txt": "hello world",
      "subdir/multiblock.txt": MULTIBLOCK,
    });
    doubled = await folderOfBlocks({
      "ascii-copy.txt": ASCII,
      "ascii.txt": ASCII,
      "hello.txt": "hello world",
      "multiblock.txt": MULTIBLOCK,
    });
    const many = Array.from({ length: 700 }, (_, i): [string, string] => [`${i}.txt`, `${i} ${MULTIBLOCK.slice(i)}`]);
    sharded = await folderOfBlocks(Object.fromEntries(many), 1000);
    listed = await folderOfBlocks({
      "ą/ę/file-źł.txt": "I am a txt file",
      "root2/root3/root4/index.html": "<!doctype html><h1>hello</h1>",
      "root2/root3/<b>&\"'.txt": "odd name",
    });
    for (const fixture of [plain, mixed, doubled, sharded, listed]) await putBlocks(store, fixture);
    holed = await folderOfBlocks({ "holed.txt": [0, 1, 2].map((i) => `${i}${MULTIBLOCK}`.slice(0, 256)).join("") });
    await putBlocks(store, holed, [leaves(holed, "holed.txt")[1] as string]);
  });
  after(() => close());

  const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    fetch(`${url}/ipfs/${path}`, { method, headers, redirect: "manual" });

  /** CIDs in a CAR, in order, each block checked. */
  async function carOf(response: Response): Promise<string[]> {
    expect(response.status).to.equal(200);
    expect(response.headers.get("content-type")).to.match(
      /^application\/vnd\.ipld\.car; version=1; order=dfs; dups=[yn]$/,
    );
    const reader = await CarReader.fromBytes(Buffer.from(await response.arrayBuffer()));
    const cids: string[] = [];
    for await (const { cid, bytes } of reader.blocks()) {
      expect(createHash("sha256").update(bytes).digest().equals(cid.multihash.digest)).to.equal(true);
      cids.push(cid.toString());
    }
    return cids;
  }
  function leaves(fixture: Fixture, path: string): string[] {
    const block = fixture.blocks.get(fixture.cid(path).toString())?.block;
    return dagPb.decode(block as Uint8Array).Links.map(({ Hash }) => Hash.toString());
  }
  const name = (fixture: Fixture, ...paths: string[]) => paths.map((path) => fixture.cid(path).toString());
  /** Inner shards of the sharded folder, depth first. */
  function shards(cid = sharded.cid()): string[] {
    const { Links } = dagPb.decode(sharded.blocks.get(cid.toString())?.block as Uint8Array);
    return Links.filter(({ Name }) => Name?.length === 2).flatMap(({ Hash }) => [Hash.toString(), ...shards(Hash)]);
  }
  /** Shards between the root of the sharded folder and a file in it, by looking everywhere. */
  function shardsOnTheWay(file: string, cid = sharded.cid()): string[] | null {
    const { Links } = dagPb.decode(sharded.blocks.get(cid.toString())?.block as Uint8Array);
    for (const { Name = "", Hash } of Links) {
      if (Name.slice(2) === file) return [];
      const below = Name.length === 2 ? shardsOnTheWay(file, Hash) : null;
      if (below) return [Hash.toString(), ...below];
    }
    return null;
  }

  describe("blocks", () => {
    for (const [way, query, headers] of [
      ["?format=raw", "?format=raw", {}],
      ["Accept", "", { accept: RAW }],
      ["both, where they differ", "?format=raw", { accept: CAR }],
    ] as [string, string, Record<string, string>][]) {
      for (const what of ["", "subdir/ascii.txt"]) {
        it(`are served by ${way} (${what || "a folder"})`, async () => {
          const response = await get(`${plain.cid().toString()}${what && `/${what}`}${query}`, headers);
          expect(response.status).to.equal(200);
          const bytes = Buffer.from(await response.arrayBuffer());
          const expected = plain.blocks.get(plain.cid(what).toString())?.block as Uint8Array;
          expect(Buffer.compare(bytes, expected)).to.equal(0);
          const expectedHeaders = {
            "content-type": RAW,
            "content-length": String(bytes.length),
            "x-content-type-options": "nosniff",
            "cache-control": "public, max-age=29030400, immutable",
            "x-ipfs-path": `/ipfs/${plain.cid().toString()}${what && `/${what}`}`,
          };
          for (const [header, value] of Object.entries(expectedHeaders)) {
            expect(response.headers.get(header), header).to.equal(value);
          }
          expect(response.headers.get("content-disposition")).to.match(/^attachment; filename=".*\.bin"/);
          expect(response.headers.get("etag")).to.be.a("string");
        });
      }
    }
    it("have the name that the request asks for", async () => {
      const response = await get(`${plain.cid().toString()}?format=raw&filename=foobar.bin`);
      expect(response.headers.get("content-disposition")).to.match(/^attachment; filename="foobar\.bin"/);
    });
    it("that are not here are 404, to GET and HEAD", async () => {
      for (const method of ["GET", "HEAD"]) {
        for (const query of ["?format=raw", "?format=car", ""]) {
          expect((await get(MISSING + query, {}, method)).status, method + query).to.equal(404);
        }
      }
    });
    it("are served in ranges", async () => {
      const response = await get(`${plain.cid("subdir/ascii.txt").toString()}?format=raw`, { range: "bytes=6-8" });
      expect([response.status, await response.text()]).to.deep.equal([206, ASCII.slice(6, 9)]);
    });
    it("answer HEAD with their length and no body", async () => {
      const response = await get(`${plain.cid().toString()}?format=raw`, {}, "HEAD");
      expect(Number(response.headers.get("content-length"))).to.equal(
        plain.blocks.get(plain.cid().toString())?.block.length,
      );
      expect((await response.arrayBuffer()).byteLength).to.equal(0);
    });
  });

  describe("CARs", () => {
    type Case = [title: string, path: () => string, query: string, expected: () => string[]];
    const at = (fixture: () => Fixture, path: string) => () => `${fixture().cid().toString()}${path && `/${path}`}`;
    const multi = () => mixed.cid("subdir/multiblock.txt").toString();
    const cases: Case[] = [
      [
        "of a path hold the blocks of the way, and all behind it",
        at(() => plain, "subdir/ascii.txt"),
        "",
        () => name(plain, "", "subdir", "subdir/ascii.txt"),
      ],
      [
        "of a file in a sharded folder hold the shards on the way only",
        at(() => sharded, "685.txt"),
        "",
        () => [
          sharded.cid().toString(),
          ...(shardsOnTheWay("685.txt") ?? []),
          ...name(sharded, "685.txt"),
          ...leaves(sharded, "685.txt"),
        ],
      ],
      ["of a block: a folder on a path", at(() => plain, "subdir"), "dag-scope=block", () => name(plain, "", "subdir")],
      [
        "of a block: a file on a path",
        at(() => plain, "subdir/ascii.txt"),
        "dag-scope=block",
        () => name(plain, "", "subdir", "subdir/ascii.txt"),
      ],
      [
        "of a block: a file in a sharded folder",
        at(() => sharded, "1.txt"),
        "dag-scope=block",
        () => [sharded.cid().toString(), ...(shardsOnTheWay("1.txt") ?? []), ...name(sharded, "1.txt")],
      ],
      ["of an entity: a folder", at(() => plain, ""), "dag-scope=entity", () => name(plain, "")],
      [
        "of an entity: a sharded folder, all of its shards and no file",
        at(() => sharded, ""),
        "dag-scope=entity",
        () => [sharded.cid().toString(), ...shards()],
      ],
      [
        "of an entity: a file on a path",
        at(() => mixed, "subdir/ascii.txt"),
        "dag-scope=entity",
        () => name(mixed, "", "subdir", "subdir/ascii.txt"),
      ],
      [
        "of an entity: a chunked file on a path",
        at(() => mixed, "subdir/multiblock.txt"),
        "dag-scope=entity",
        () => [...name(mixed, "", "subdir", "subdir/multiblock.txt"), ...leaves(mixed, "subdir/multiblock.txt")],
      ],
      [
        "of all: a folder on a path",
        at(() => mixed, "subdir"),
        "dag-scope=all",
        () => [
          ...name(mixed, "", "subdir", "subdir/ascii.txt", "subdir/hello.txt", "subdir/multiblock.txt"),
          ...leaves(mixed, "subdir/multiblock.txt"),
        ],
      ],
      [
        "of all: a chunked file on a path",
        at(() => mixed, "subdir/multiblock.txt"),
        "dag-scope=all",
        () => [...name(mixed, "", "subdir", "subdir/multiblock.txt"), ...leaves(mixed, "subdir/multiblock.txt")],
      ],
      [
        "of bytes: a whole file on a path",
        at(() => mixed, "subdir/multiblock.txt"),
        "dag-scope=entity&entity-bytes=0:*",
        () => [...name(mixed, "", "subdir", "subdir/multiblock.txt"), ...leaves(mixed, "subdir/multiblock.txt")],
      ],
      [
        "of bytes: a folder, where the range means nothing",
        at(() => sharded, ""),
        "dag-scope=entity&entity-bytes=0:*",
        () => [sharded.cid().toString(), ...shards()],
      ],
      ...(
        [
          ["from the middle to the end", "512:*", [2, 5]],
          ["in the middle", "512:1023", [2, 4]],
          ["in the middle, counted from the end", "512:-256", [2, 4]],
          ["the last ones", "-5:*", [3, 5]],
          ["more from the end than there are", "-9999:*", [0, 5]],
          ["more from the end than there are, with an end", "-9999:-3", [0, 4]],
          ["the first one", "0:0", [0, 1]],
          ["past the end in part", "1020:5000", [3, 5]],
          ["past the end", "5000:6000", [0, 0]],
          ["none", "300:200", [0, 0]],
        ] as [string, string, [number, number]][]
      ).map(
        ([title, range, [from, to]]): Case => [
          `of bytes: ${title}`,
          multi,
          `dag-scope=entity&entity-bytes=${range}`,
          () => [multi(), ...leaves(mixed, "subdir/multiblock.txt").slice(from, to)],
        ],
      ),
      [
        "of bytes before a block that is missing here",
        () => holed.cid("holed.txt").toString(),
        "entity-bytes=0:200",
        () => [holed.cid("holed.txt").toString(), leaves(holed, "holed.txt")[0] as string],
      ],
      [
        "of bytes behind a block that is missing here",
        () => holed.cid("holed.txt").toString(),
        "entity-bytes=600:*",
        () => [holed.cid("holed.txt").toString(), leaves(holed, "holed.txt")[2] as string],
      ],
    ];
    for (const [title, path, query, expected] of cases) {
      it(title, async () => {
        const car = `format=car${query && `&${query}`}`;
        expect(await carOf(await get(`${path()}?${car}`))).to.deep.equal(expected());
        const accepted = await get(`${path()}${query && `?${query}`}`, { accept: CAR });
        expect(await carOf(accepted), "by Accept").to.deep.equal(expected());
        expect(accepted.headers.get("content-location")).to.contain("format=car");
        const head = await get(`${path()}?${car}`, {}, "HEAD");
        expect(head.status, "HEAD").to.equal(200);
        const etag = head.headers.get("etag") ?? "";
        expect((await get(`${path()}?${car}`, { "if-none-match": etag })).status, "its own validator").to.equal(304);
      });
    }

    it("tell everything that distinguishes them in their validators", async () => {
      const etags = new Set<string | null>();
      const queries = [
        "",
        "&dag-scope=block",
        "&dag-scope=entity",
        "&entity-bytes=0:5",
        "&entity-bytes=0:6",
        "&car-dups=y",
      ];
      for (const query of queries)
        etags.add((await get(`${multi()}?format=car${query}`, {}, "HEAD")).headers.get("etag"));
      const onPath = `${mixed.cid().toString()}/subdir/multiblock.txt?format=car`;
      etags.add((await get(onPath, {}, "HEAD")).headers.get("etag"));
      expect(etags.size).to.equal(queries.length + 1);
    });
    it("of a path that is not there are 404", async () => {
      for (const path of ["subdir/i-do-not-exist", "nothing/at/all", "subdir/ascii.txt/below"]) {
        expect((await get(`${plain.cid().toString()}/${path}?format=car`)).status, path).to.equal(404);
      }
    });
    it("break off, and look broken, where a block is missing on the way", async () => {
      const response = await get(`${holed.cid("holed.txt").toString()}?format=car`);
      const body = await response.arrayBuffer().then(
        () => "whole",
        () => "broken",
      );
      expect(body).to.equal("broken");
    });
    const dfs = () => [
      ...name(doubled, "", "ascii-copy.txt", "ascii.txt", "hello.txt", "multiblock.txt"),
      ...leaves(doubled, "multiblock.txt"),
    ];
    it("hold equal blocks each time with dups=y, in depth-first order", async () => {
      for (const accept of [`${CAR}; version=1; order=dfs; dups=y`, `${CAR};dups=y`]) {
        const response = await get(doubled.cid().toString(), { accept });
        expect(response.headers.get("content-type")).to.contain("dups=y");
        expect(await carOf(response)).to.deep.equal(dfs());
      }
      const both = await get(`${doubled.cid().toString()}?format=car`, { accept: `${CAR}; order=dfs; dups=y` });
      expect(await carOf(both), "parameters of Accept beside ?format").to.deep.equal(dfs());
      const query = await get(`${doubled.cid().toString()}?format=car&car-dups=y&car-order=dfs&car-version=1`);
      expect(await carOf(query)).to.deep.equal(dfs());
    });
    it("hold equal blocks once with dups=n, and by default", async () => {
      for (const accept of [`${CAR}; version=1; order=dfs; dups=n`, CAR]) {
        const response = await get(doubled.cid().toString(), { accept });
        expect(response.headers.get("content-type")).to.contain("dups=n");
        expect(await carOf(response)).to.deep.equal([...new Set(dfs())]);
      }
    });
    it("may be asked for in any order", async () => {
      const response = await get(doubled.cid().toString(), { accept: `${CAR}; version=1; order=unk` });
      expect(response.headers.get("content-type")).to.contain("order=");
      expect(new Set(await carOf(response))).to.deep.equal(new Set(dfs()));
    });
    it("never hold blocks of identity CIDs", async () => {
      const cid = CID.createV1(0x55, identity.digest(Buffer.from("hello identity\n"))).toString();
      expect(await carOf(await get(cid, { accept: `${CAR}; dups=y` }))).to.deep.equal([]);
      expect(await (await get(cid)).text()).to.equal("hello identity\n");
      expect(await (await get(`${cid}?format=raw`)).text()).to.equal("hello identity\n");
    });
    it("have a name, are downloads, and have no ranges", async () => {
      const own = await get(`${plain.cid().toString()}?format=car`, { range: "bytes=0-5" });
      expect(own.headers.get("content-disposition")).to.contain(`attachment; filename="${plain.cid().toString()}.car"`);
      expect([own.status, own.headers.get("accept-ranges")]).to.deep.equal([200, "none"]);
      expect(own.headers.get("x-content-type-options")).to.equal("nosniff");
      const named = await get(`${plain.cid().toString()}?format=car&filename=foobar.car`);
      expect(named.headers.get("content-disposition")).to.contain('attachment; filename="foobar.car"');
    });
    it("are refused in forms that are not served", async () => {
      for (const query of ["car-version=2", "car-order=rnd", "dag-scope=other", "entity-bytes=1", "entity-bytes=a:*"]) {
        expect((await get(`${plain.cid().toString()}?format=car&${query}`)).status, query).to.equal(400);
      }
      expect((await get(plain.cid().toString(), { accept: `${CAR}; version=3` })).status).to.equal(406);
    });
  });

  describe("folders", () => {
    const root = () => listed.cid().toString();
    it("are found at a path with a slash at its end, and redirected to it", async () => {
      const response = await get(`${root()}/ą/ę`);
      expect([response.status, response.headers.get("location")]).to.deep.equal([
        301,
        `/ipfs/${root()}/%C4%85/%C4%99/`,
      ]);
      const query = await get(`${root()}?download=true`);
      expect([query.status, query.headers.get("location")]).to.deep.equal([301, `/ipfs/${root()}/?download=true`]);
    });
    it("are listed, with links that work and names that cannot be markup", async () => {
      const response = await get(`${root()}/root2/root3/`);
      const page = await response.text();
      expect(response.headers.get("content-type")).to.equal("text/html; charset=utf-8");
      expect(response.headers.get("content-security-policy")).to.contain("sandbox");
      expect(page).to.contain("Index of");
      expect(page).to.contain(`<a href="/ipfs/${root()}/root2/">..</a>`);
      expect(page).to.contain("&#60;b&#62;&#38;&#34;&#39;.txt");
      expect(page).to.not.contain("<b>");
      const odd = /href="([^"]*%3Cb%3E[^"]*)"/.exec(page)?.[1] ?? "";
      expect(await (await fetch(url + odd)).text()).to.equal("odd name");
      expect(await (await get(`${root()}/`)).text()).to.not.contain("..</a>");
    });
    it("tell caches that their page may change", async () => {
      const response = await get(`${root()}/root2/root3/`);
      expect(response.headers.get("x-ipfs-path")).to.equal(`/ipfs/${root()}/root2/root3/`);
      expect(response.headers.get("x-ipfs-roots")).to.equal(name(listed, "", "root2", "root2/root3").join(","));
      expect(response.headers.get("etag")).to.match(
        new RegExp(`DirIndex-.*_CID-${listed.cid("root2/root3").toString()}`),
      );
      expect(response.headers.get("cache-control")).to.equal("public, max-age=604800, stale-while-revalidate=2678400");
      const etag = response.headers.get("etag") ?? "";
      for (const known of [etag, `W/${etag}`, `W/"${listed.cid("root2/root3").toString()}"`]) {
        expect((await get(`${root()}/root2/root3/`, { "if-none-match": known })).status, known).to.equal(304);
      }
    });
    it("with an index.html answer with it, under the folder's own validator, as a download", async () => {
      const response = await get(`${root()}/root2/root3/root4/`);
      expect(response.status).to.equal(200);
      expect(response.headers.get("cache-control")).to.equal("public, max-age=29030400, immutable");
      expect(response.headers.get("etag")).to.equal(`"${listed.cid("root2/root3/root4").toString()}"`);
      expect(response.headers.get("x-ipfs-roots")?.split(",").length).to.equal(4);
      expect(response.headers.get("content-disposition")).to.match(/^attachment/);
      const etag = response.headers.get("etag") ?? "";
      expect((await get(`${root()}/root2/root3/root4/`, { "if-none-match": etag })).status).to.equal(304);
    });
    it("answer HEAD as GET", async () => {
      for (const path of ["/root2/root3/", "/root2/root3/root4/"]) {
        const [head, whole] = [await get(root() + path, {}, "HEAD"), await get(root() + path)];
        expect((await head.arrayBuffer()).byteLength).to.equal(0);
        for (const header of ["content-type", "content-length", "etag"]) {
          expect(head.headers.get(header), header).to.equal(whole.headers.get(header));
        }
      }
    });
    it("are listed whole when sharded", async () => {
      const page = await (await get(`${sharded.cid().toString()}/`)).text();
      for (let i = 0; i < 700; i++) expect(page).to.contain(`>${i}.txt</a>`);
    });
  });

  describe("files on a path", () => {
    const file = () => `${listed.cid().toString()}/root2/root3/root4/index.html`;
    it("are served with the CIDs of the way", async () => {
      const response = await get(file());
      expect(response.headers.get("x-ipfs-roots")?.split(",")).to.deep.equal(
        name(listed, "", "root2", "root2/root3", "root2/root3/root4", "root2/root3/root4/index.html"),
      );
      expect(response.headers.get("etag")).to.equal(`"${name(listed, "root2/root3/root4/index.html")[0]}"`);
      expect(response.headers.get("x-ipfs-path")).to.equal(`/ipfs/${file()}`);
    });
    it("are known by their validators", async () => {
      const etag = `"${name(listed, "root2/root3/root4/index.html")[0]}"`;
      for (const known of [etag, `W/${etag}`, `"fakeEtag1", "fakeEtag2", ${etag}`, "*"]) {
        expect((await get(file(), { "if-none-match": known })).status, known).to.equal(304);
      }
      expect((await get(file(), { "if-none-match": '"other"' })).status).to.equal(200);
    });
    it("are served in ranges, in sharded folders too", async () => {
      const response = await get(`${sharded.cid().toString()}/299.txt`, { range: "bytes=4-20" });
      const expected = `299 ${MULTIBLOCK.slice(299)}`.slice(4, 21);
      expect([response.status, await response.text()]).to.deep.equal([206, expected]);
    });
    it("have encoded names, and are downloaded under them", async () => {
      const response = await get(`${listed.cid().toString()}/%C4%85/%C4%99/file-%C5%BA%C5%82.txt`);
      expect(await response.text()).to.equal("I am a txt file");
      expect(response.headers.get("content-disposition")).to.contain("filename*=UTF-8''file-%C5%BA%C5%82.txt");
      expect(response.headers.get("x-ipfs-path")).to.contain("/%C4%85/%C4%99/");
    });
    it("that are not there are 404", async () => {
      const paths = ["i-do-not-exist", "root2/root3/root4/index.html/", "..%2f..%2fetc", "a\\b", "root2%2froot3"];
      for (const path of paths) {
        expect((await get(`${listed.cid().toString()}/${path}`)).status, path).to.equal(404);
      }
      expect((await get(`${plain.cid("subdir/ascii.txt").toString()}/`)).status, "a file is no folder").to.equal(404);
    });
    it("with an impossible length or encoding are refused", async () => {
      expect((await get(`${plain.cid().toString()}/${"a/".repeat(200)}`)).status).to.equal(400);
      expect((await get(`${plain.cid().toString()}/%ff`)).status).to.equal(400);
    });
  });

  it("asks for what is here only, when told so: 412 else", async () => {
    const headers = { "cache-control": "only-if-cached" };
    for (const method of ["GET", "HEAD"]) {
      expect((await get(MISSING, headers, method)).status).to.equal(412);
      expect((await get(`${plain.cid().toString()}/`, headers, method)).status).to.equal(200);
    }
  });
  it("lets pages of every origin read", async () => {
    for (const method of ["GET", "OPTIONS"]) {
      const response = await get(`${plain.cid().toString()}/subdir/ascii.txt`, { origin: "https://x.example" }, method);
      expect(response.headers.get("access-control-allow-origin"), method).to.equal("*");
      expect(response.headers.get("access-control-allow-methods"), method).to.equal("GET, HEAD, OPTIONS");
      for (const header of ["Range", "Content-Type", "X-Requested-With", "User-Agent"]) {
        expect(response.headers.get("access-control-allow-headers"), method).to.contain(header);
      }
      for (const header of ["Content-Range", "X-Ipfs-Path", "X-Ipfs-Roots"]) {
        expect(response.headers.get("access-control-expose-headers"), method).to.contain(header);
      }
    }
  });
  it("answers 406 for forms that are not served", async () => {
    for (const format of ["dag-json", "dag-cbor", "json", "cbor", "tar", "ipns-record"]) {
      expect((await get(`${plain.cid().toString()}?format=${format}`)).status, format).to.equal(406);
    }
  });
});
