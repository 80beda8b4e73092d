import { CarReader } from "@ipld/car/reader";
import { expect } from "chai";
import { createHash, randomBytes } from "node:crypto";
import { CID } from "multiformats/cid";
import { base36 } from "multiformats/bases/base36";
import type { ContentStore } from "../../storage/index.ts";
import { serveStore } from "./serve.ts";

const MIB = 1024 * 1024;
const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

/** An ISO base media file type box of a major brand and compatible ones, and an empty `mdat` box. */
function fileType(brand: string, ...compatible: string[]): Buffer {
  const box = Buffer.from(`\0\0\0\0ftyp${brand}\0\0\0\0${compatible.join("")}`, "latin1");
  box.writeUInt32BE(box.length);
  return Buffer.concat([box, Buffer.from("\0\0\0\x08mdat", "latin1")]);
}

/** MPEG-1 layer III at 128 kbit/s and 44.1 kHz: frames of 417 bytes. */
function mp3Frames(count: number): Buffer {
  const frame = Buffer.alloc(417);
  frame.set([0xff, 0xfb, 0x90, 0x00]);
  return Buffer.concat(Array<Buffer>(count).fill(frame));
}

describe("the gateway", function () {
  this.timeout(20_000);
  let url: string;
  let store: ContentStore;
  let close: () => Promise<void>;
  const big = randomBytes(3 * MIB + 123);
  let bigCid: string;

  before(async () => {
    ({ url, store, close } = await serveStore());
    bigCid = (await store.add(big)).cid;
  });
  after(() => close());

  const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    fetch(`${url}/ipfs/${path}`, { method, headers });
  const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
  const addText = async (text: string | Buffer) => (await store.add(Buffer.from(text))).cid;
  const refusal = async (response: Response) => {
    const { code } = (await response.json()) as { code: string };
    return [response.status, code, response.headers.get("content-type")?.split(";")[0]];
  };

  describe("as a path gateway", () => {
    it("serves a file with what a cache and a browser need to know", async () => {
      const cid = await addText("hello world");
      const response = await get(cid);
      expect(response.status).to.equal(200);
      expect(await response.text()).to.equal("hello world");
      const expected = {
        "content-type": "text/plain; charset=utf-8",
        "content-length": "11",
        etag: `"${cid}"`,
        "cache-control": "public, max-age=29030400, immutable",
        "x-content-type-options": "nosniff",
        "accept-ranges": "bytes",
        "x-ipfs-path": `/ipfs/${cid}`,
        "x-ipfs-roots": cid,
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
        vary: "accept",
        "tdm-reservation": "1",
      };
      for (const [name, value] of Object.entries(expected)) expect(response.headers.get(name), name).to.equal(value);
      expect(response.headers.get("content-security-policy")).to.match(/default-src 'none'.*sandbox/);
      expect(response.headers.get("content-disposition")).to.match(/^inline; filename="bafk/);
    });

    it("answers HEAD as GET without the bytes", async () => {
      for (const query of ["", "?format=raw", "?format=car"]) {
        const [head, whole] = [await get(bigCid + query, {}, "HEAD"), await get(bigCid + query)];
        expect(head.status).to.equal(200);
        expect((await bytesOf(head)).length).to.equal(0);
        await whole.arrayBuffer();
        for (const name of ["content-type", "etag", "content-length", "cache-control", "content-disposition"]) {
          expect(head.headers.get(name), `${query} ${name}`).to.equal(whole.headers.get(name));
        }
      }
    });

    it("serves ranges as the standard says", async () => {
      const size = big.length;
      const served: [string, number, number][] = [
        ["bytes=0-0", 0, 1],
        ["bytes=0-", 0, size],
        [`bytes=${MIB - 5}-${MIB + 4}`, MIB - 5, MIB + 5],
        ["bytes=-100", size - 100, size],
        [`bytes=-${size + 50}`, 0, size],
        [`bytes=${size - 1}-${size + 1000}`, size - 1, size],
        [`bytes=${2 * MIB}-${2 * MIB + 9}`, 2 * MIB, 2 * MIB + 10],
      ];
      for (const [range, start, end] of served) {
        const response = await get(bigCid, { range });
        expect(response.status, range).to.equal(206);
        expect(response.headers.get("content-range")).to.equal(`bytes ${start}-${end - 1}/${size}`);
        expect(Buffer.compare(await bytesOf(response), big.subarray(start, end)), range).to.equal(0);
      }
      for (const range of [`bytes=${size}-`, `bytes=${size + 5}-${size + 9}`, "bytes=-0"]) {
        const response = await get(bigCid, { range });
        expect(await refusal(response), range).to.deep.equal([
          416,
          "RANGE_NOT_SATISFIABLE",
          "application/problem+json",
        ]);
        expect(response.headers.get("content-range")).to.equal(`bytes */${size}`);
        expect(response.headers.get("cache-control")).to.equal("no-store");
      }
      for (const range of ["bytes=9-2", "items=0-1", "bytes=0-1,5-6", "bytes=x-", "bytes=-"]) {
        const response = await get(bigCid, { range });
        expect(response.status, range).to.equal(200);
        expect((await bytesOf(response)).length).to.equal(size);
      }
      expect((await get(bigCid, { range: "bytes=0-9", "if-range": `"${bigCid}"` })).status).to.equal(206);
      expect((await get(bigCid, { range: "bytes=0-9", "if-range": '"other"' })).status).to.equal(200);
      expect((await get(bigCid, { range: "bytes=0-9" }, "HEAD")).status).to.equal(200);
    });

    it("answers 304 to those who have it", async () => {
      for (const query of ["", "?format=raw", "?format=car"]) {
        const etag = (await get(bigCid + query)).headers.get("etag") ?? "";
        for (const known of [etag, `W/${etag}`.replace("W/W/", "W/"), `"x", ${etag}`, "*"]) {
          const response = await get(bigCid + query, { "if-none-match": known });
          expect(response.status, known).to.equal(304);
          expect(response.headers.get("etag")).to.equal(etag);
        }
        expect((await get(bigCid + query, { "if-none-match": '"other"' })).status).to.equal(200);
      }
    });

    it("tells the type from the bytes, and offers for download what could run", async () => {
      const inline: [string | Buffer, string][] = [
        [PNG, "image/png"],
        [Buffer.from("ffd8ffe000104a464946", "hex"), "image/jpeg"],
        [Buffer.from("RIFF\x10\0\0\0WEBPVP8 "), "image/webp"],
        [Buffer.from("RIFF\x10\0\0\0WAVEfmt "), "audio/wav"],
        [Buffer.from("MThd\0\0\0\x06\0\0\0\x01\0\x60"), "audio/midi"],
        [fileType("avif", "mif1"), "image/avif"],
        [fileType("mif1", "avif"), "image/avif"],
        [fileType("isom", "mp41"), "video/mp4"],
        [fileType("mp42"), "video/mp4"],
        [fileType("M4A "), "audio/mp4"],
        [Buffer.from("1a45dfa3 8b 4286 81 01 4282 84 7765626d 18538067".replaceAll(" ", ""), "hex"), "video/webm"],
        [mp3Frames(2), "audio/mpeg"],
        [mp3Frames(20), "audio/mpeg"],
        [Buffer.from("ID3\x04\0\0\0\0\0\0"), "audio/mpeg"],
        ["ID3 is the name of a tag", "text/plain; charset=utf-8"],
        ["春眠不觉晓，处处闻啼鸟。\n", "text/plain; charset=utf-8"],
        [`${"é".repeat(2047)}xé…`, "text/plain; charset=utf-8"],
        ['{"schema":"colophon/work/1"}', "application/json"],
        ["a < b and <b>bold</b> talk", "text/plain; charset=utf-8"],
      ];
      for (const [content, type] of inline) {
        const response = await get(await addText(content));
        expect(response.headers.get("content-type"), String(content)).to.equal(type);
        expect(response.headers.get("content-disposition")).to.match(/^inline;/);
      }
      const downloads: [string | Buffer, string][] = [
        ["<!DOCTYPE html><script>alert(1)</script>", "application/octet-stream"],
        ["\n <HTML><body onload=alert(1)>", "application/octet-stream"],
        ["hello <script src=//evil></script>", "application/octet-stream"],
        ['<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "image/svg+xml"],
        ['<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"],
        [Buffer.from([1, 2, 3, 0, 255]), "application/octet-stream"],
        [Buffer.from([0xc3, 0x28, 0x41]), "application/octet-stream"],
        [Buffer.from("%PDF-1.7\n\x01"), "application/octet-stream"],
        // Boxes and elements of kinds that nobody registers; frames that no second one follows; UTF-16, which is no frame.
        [fileType("heic"), "application/octet-stream"],
        [fileType("evil"), "application/octet-stream"],
        [Buffer.from("1a45dfa3 8f 4282 88 6d6174726f736b61".replaceAll(" ", ""), "hex"), "application/octet-stream"],
        [Buffer.concat([mp3Frames(1), Buffer.from("<script>alert(1)</script>")]), "application/octet-stream"],
        [Buffer.from("\ufeff<script>alert(1)</script>", "utf16le"), "application/octet-stream"],
        // Text first: what a browser that sniffs would take for a page is one, whatever else it holds.
        ["<html><!-- ftypisom --><script>alert(1)</script>", "application/octet-stream"],
        [Buffer.from("<!--\u001aE\u00df\u00a3webm--><script>alert(1)</script>", "latin1"), "application/octet-stream"],
      ];
      for (const [content, type] of downloads) {
        const response = await get(await addText(content));
        expect(response.headers.get("content-type"), String(content)).to.equal(type);
        expect(response.headers.get("content-disposition")).to.match(/^attachment;/);
      }
    });

    it("reads and hashes a block once for each request", async () => {
      const read = store.blocks.get.bind(store.blocks);
      const asked: string[] = [];
      store.blocks.get = async (cid) => {
        asked.push(cid.toString());
        return read(cid);
      };
      try {
        const small = await addText("read once");
        for (const query of ["", "?format=raw", "?format=car&dag-scope=block"]) {
          asked.length = 0;
          await bytesOf(await get(small + query));
          expect(asked, query).to.deep.equal([small]);
        }
        asked.length = 0;
        await bytesOf(await get(`${bigCid}?format=raw`));
        expect(asked).to.deep.equal([bigCid]);
        asked.length = 0;
        await bytesOf(await get(bigCid));
        asked.length = 0;
        await bytesOf(await get(bigCid)); // its type is known now
        expect(asked.filter((cid) => cid === bigCid)).to.have.length(1);
        expect(new Set(asked).size).to.equal(asked.length);
      } finally {
        Reflect.deleteProperty(store.blocks, "get");
      }
    });

    it("names downloads, whatever the name", async () => {
      const cid = await addText("named");
      const name = async (query: string) => (await get(`${cid}?${query}`)).headers.get("content-disposition");
      expect(await name("download=true")).to.match(/^attachment;/);
      expect(await name("filename=caf%C3%A9.txt")).to.equal(
        "inline; filename=\"caf_.txt\"; filename*=UTF-8''caf%C3%A9.txt",
      );
      const evil = await name(`filename=${encodeURIComponent('../a"\r\nSet-Cookie: x=1\\b')}`);
      expect(evil).to.not.match(/[\r\n\\]|\.\.\//);
      expect(await name("filename=%ED%A0%80")).to.be.a("string");
    });

    it("understands CIDs of version 0 and in other bases, and refuses the rest", async () => {
      const cid = await addText("hello world");
      expect(await (await get(CID.parse(cid).toString(base36.encoder))).text()).to.equal("hello world");
      const v0 = CID.createV0(CID.parse(bigCid).multihash as Parameters<typeof CID.createV0>[0]).toString();
      expect(v0.slice(0, 2)).to.equal("Qm");
      expect(Buffer.compare(await bytesOf(await get(v0)), big)).to.equal(0);
      for (const bad of ["hello", "bafk", `${cid}x`, "%00", "Qm", cid.toUpperCase()]) {
        expect((await refusal(await get(bad))).slice(0, 2), bad).to.deep.equal([400, "BAD_CID"]);
      }
      const absent = CID.parse((await store.addDocument({ absent: true })).cid);
      const sha512 = CID.parse(
        "bafkrgqhhyivzstcz3hhswshfjgy6ertgmnqeleynhwt4dlfsthi4hn7zgh4uvlsb5xncykzapi3ocd4lzogukir6ksdy6wzrnz6ohnv4aglcs",
      );
      for (const gone of [
        "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
        sha512.toString(),
        CID.createV1(0x71, absent.multihash).toString(),
      ]) {
        expect((await refusal(await get(gone))).slice(0, 2), gone).to.deep.equal([404, "CONTENT_NOT_FOUND"]);
      }
      expect((await refusal(await get(`${cid}/inside`))).slice(0, 2)).to.deep.equal([404, "CONTENT_NOT_FOUND"]);
    });

    it("answers 412 for what is not cached when only that is wanted", async () => {
      const headers = { "cache-control": "only-if-cached" };
      const missing = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
      expect((await get(missing, headers)).status).to.equal(412);
      expect((await get(bigCid, headers, "HEAD")).status).to.equal(200);
    });

    it("answers other origins' preflight", async () => {
      const response = await get(
        bigCid,
        { origin: "https://somewhere.example", "access-control-request-headers": "range" },
        "OPTIONS",
      );
      expect(response.status).to.equal(204);
      expect(response.headers.get("access-control-allow-headers")).to.contain("Range");
      expect(response.headers.get("access-control-allow-methods")).to.equal("GET, HEAD, OPTIONS");
    });
  });

  describe("as a trustless gateway", () => {
    it("serves blocks that hash to their CID", async () => {
      for (const ask of [
        await get(`${bigCid}?format=raw`),
        await get(bigCid, { accept: "application/vnd.ipld.raw" }),
      ]) {
        expect(ask.status).to.equal(200);
        expect(ask.headers.get("content-type")).to.equal("application/vnd.ipld.raw");
        expect(ask.headers.get("etag")).to.equal(`"${bigCid}.raw"`);
        expect(ask.headers.get("content-disposition")).to.match(new RegExp(`^attachment; filename="${bigCid}.bin"`));
        const digest = createHash("sha256")
          .update(await bytesOf(ask))
          .digest();
        expect(digest.equals(CID.parse(bigCid).multihash.digest)).to.equal(true);
      }
      const negotiated = await get(bigCid, { accept: "application/vnd.ipld.raw" });
      expect(negotiated.headers.get("content-location")).to.equal(`/ipfs/${bigCid}?format=raw`);
    });

    /** CIDs in a CAR, each block checked. */
    const carOf = async (response: Response): Promise<{ roots: string[]; cids: string[] }> => {
      const reader = await CarReader.fromBytes(await bytesOf(response));
      const cids: string[] = [];
      for await (const { cid, bytes } of reader.blocks()) {
        expect(createHash("sha256").update(bytes).digest().equals(cid.multihash.digest)).to.equal(true);
        cids.push(cid.toString());
      }
      return { roots: (await reader.getRoots()).map(String), cids };
    };
    const leaf = (i: number) => {
      const digest = createHash("sha256")
        .update(big.subarray(i * MIB, (i + 1) * MIB))
        .digest();
      return CID.decode(Buffer.concat([Buffer.from([1, 0x55, 0x12, 32]), digest])).toString();
    };

    it("serves CARs of a block, an entity, or all, in depth-first order", async () => {
      const all = [bigCid, leaf(0), leaf(1), leaf(2), leaf(3)];
      const cases: [string, string[]][] = [
        ["?format=car", all],
        ["?format=car&dag-scope=all", all],
        ["?format=car&dag-scope=entity", all],
        ["?format=car&dag-scope=block", [bigCid]],
      ];
      const etags = new Set<string | null>();
      for (const [query, cids] of cases) {
        const response = await get(bigCid + query);
        expect(response.headers.get("content-type")).to.equal("application/vnd.ipld.car; version=1; order=dfs; dups=n");
        expect(response.headers.get("content-disposition")).to.match(
          new RegExp(`^attachment; filename="${bigCid}.car"`),
        );
        etags.add(response.headers.get("etag"));
        expect(await carOf(response), query).to.deep.equal({ roots: [bigCid], cids });
      }
      expect(etags.size, "one validator per scope").to.equal(3);
      const small = await addText("one block");
      expect(await carOf(await get(`${small}?format=car`))).to.deep.equal({ roots: [small], cids: [small] });
    });

    it("serves only the blocks of entity-bytes", async () => {
      const size = big.length;
      const cases: [string, number[]][] = [
        ["0:*", [0, 1, 2, 3]],
        ["0:0", [0]],
        [`${MIB - 1}:${MIB}`, [0, 1]],
        [`${MIB}:${2 * MIB - 1}`, [1]],
        ["-10:*", [3]],
        [`${MIB + 7}:-${MIB + 50}`, [1, 2]],
        [`-${size + 100}:5`, [0]],
        [`${size - 1}:${size + 1000}`, [3]],
        [`${size}:*`, []],
        ["9:3", []],
      ];
      for (const [range, leaves] of cases) {
        const response = await get(`${bigCid}?format=car&entity-bytes=${range}`);
        expect((await carOf(response)).cids, range).to.deep.equal([bigCid, ...leaves.map(leaf)]);
        expect(response.headers.get("etag")).to.contain(range);
      }
      expect((await get(`${bigCid}?format=car&entity-bytes=a:b`)).status).to.equal(400);
    });

    it("sends equal blocks once, or each time when asked", async () => {
      const { cid } = await store.add(Buffer.alloc(3 * MIB, 7));
      const once = await carOf(await get(`${cid}?format=car`));
      expect(once.cids.length).to.equal(2);
      for (const ask of [
        await get(`${cid}?format=car&car-dups=y`),
        await get(cid, { accept: "application/vnd.ipld.car; dups=y; order=dfs" }),
      ]) {
        expect(ask.headers.get("content-type")).to.contain("dups=y");
        expect((await carOf(ask)).cids.length).to.equal(4);
      }
    });

    it("negotiates: the query wins, then the best accepted type that is served", async () => {
      const type = async (query: string, accept: string) => {
        const response = await get(bigCid + query, { accept });
        await response.arrayBuffer();
        return response.headers.get("content-type")?.split(";")[0];
      };
      const cases: [string, string, string][] = [
        ["?format=raw", "application/vnd.ipld.car", "application/vnd.ipld.raw"],
        ["?format=car", "text/html", "application/vnd.ipld.car"],
        ["", "application/vnd.ipld.raw;q=0.5, application/vnd.ipld.car", "application/vnd.ipld.car"],
        ["", "application/vnd.ipld.car; version=2, application/vnd.ipld.raw; q=0.1", "application/vnd.ipld.raw"],
        ["", "image/avif,image/webp,*/*;q=0.8", "application/octet-stream"],
        ["", "application/json", "application/octet-stream"],
      ];
      for (const [query, accept, expected] of cases) expect(await type(query, accept), accept).to.equal(expected);
    });

    it("refuses forms that it does not serve", async () => {
      const status = async (query: string, accept = "*/*") => (await get(bigCid + query, { accept })).status;
      for (const query of ["?format=tar", "?format=dag-json", "?format="])
        expect(await status(query), query).to.equal(406);
      for (const accept of [
        "application/vnd.ipld.dag-json",
        "application/x-tar",
        "application/vnd.ipld.car; version=2",
      ]) {
        expect(await status("", accept), accept).to.equal(406);
      }
      for (const query of ["car-version=2", "car-order=bfs", "car-dups=x", "dag-scope=some"]) {
        expect(await status(`?format=car&${query}`), query).to.equal(400);
      }
    });

    it("answers the probe", async () => {
      const block = await get("bafkqaaa?format=raw");
      expect(block.status).to.equal(200);
      expect((await bytesOf(block)).length).to.equal(0);
      expect(await carOf(await get("bafkqaaa?format=car"))).to.deep.equal({ roots: ["bafkqaaa"], cids: [] });
      expect((await get("bafkqaaa", { accept: "application/vnd.ipld.raw" }, "HEAD")).status).to.equal(200);
    });
  });
});
