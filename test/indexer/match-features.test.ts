import { expect } from "chai";
import { Prng } from "../../common/prng.ts";
import { encodeFeatures, type MatchFeatures } from "../../fingerprint/index.ts";
import type { Database } from "../../indexer/db/database.ts";
import { allFeatures, putFeatures } from "../../indexer/documents/match-features.ts";
import { memoryDatabase } from "./support/index-of.ts";

describe("features in the database", function () {
  this.timeout(30_000);
  let database: Database;
  before(async () => (database = await memoryDatabase()));
  after(() => database.close());

  const hash = (i: number): string => i.toString(16).padStart(64, "0");
  function textOf(i: number): MatchFeatures {
    const prng = new Prng(`features ${i}`);
    const hashes = Uint32Array.from({ length: 100 }, () => prng.uint32()).sort();
    return { kind: "text", hashes, passages: 100, ceiling: 2 ** 32 - 1 };
  }
  const read = async (): Promise<Map<string, MatchFeatures>> => {
    const found = new Map<string, MatchFeatures>();
    for await (const { sha256, features } of allFeatures(database)) found.set(sha256, features);
    return found;
  };

  it("come back all, over many pages, and a damaged row is forgotten with its file's facts", async () => {
    const files = 1001;
    for (let i = 0; i < files; i++) await putFeatures(database, hash(i), encodeFeatures(textOf(i)));
    for (const i of [5, 6]) {
      await database.query("insert into app.media (cid, sha256) values ($1, $2)", [`cid ${i}`, hash(i)]);
    }
    // As version 1 began.
    await putFeatures(database, hash(5), Uint8Array.of(1, 0, 0, 0, 1, 2, 3));
    const found = await read();
    expect(found.size).to.equal(files - 1);
    expect(found.has(hash(5))).to.equal(false);
    expect(encodeFeatures(found.get(hash(1000))!)).to.deep.equal(encodeFeatures(textOf(1000)));
    const facts = await database.query<{ cid: string }>("select cid from app.media");
    expect(facts.map(({ cid }) => cid)).to.deep.equal(["cid 6"]);
    await putFeatures(database, hash(5), encodeFeatures(textOf(5)));
    expect((await read()).size).to.equal(files);
  });
});
