import { request } from "node:http";
import { crc32 } from "node:zlib";
import { expect } from "chai";
import sharp from "sharp";
import { z } from "zod";
import { type Hex, zeroAddress } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { createSiweMessage } from "viem/siwe";
import {
  accountSchema,
  answerOf,
  jobSchema,
  lookalikeSchema,
  pageOf,
  uploadSchema,
  workCardSchema,
  workDetailSchema,
} from "../../common/api/schemas.ts";
import type { Upload, WorkCard, WorkDetail } from "../../common/api/schemas.ts";
import { DEV_MNEMONIC } from "../../common/dev-wallets.ts";
import { NO_REFERRER } from "../../common/job-escrow.ts";
import { canonicalBytes } from "../../common/canonical-json.ts";
import { type Hash, sha256Hex } from "../../common/digest.ts";
import { workMetadataSchema } from "../../common/documents.ts";
import { Prng } from "../../common/prng.ts";
import { ZERO_DIGEST } from "../../common/terms.ts";
import { WORK_KINDS } from "../../common/work-kind.ts";
import { LONGEST_VALUES } from "../../fingerprint/match/audio-features.ts";
import type { ImageFeatures } from "../../fingerprint/match/image-features.ts";
import { encodeFeatures, fingerprint, matchFeatures } from "../../fingerprint/node.ts";
import { readOutbox } from "../../indexer/sync/outbox.ts";
import { type Harness, startHarness, until } from "./support/harness.ts";
import { MarketDriver } from "./support/market-driver.ts";

describe("the market's API", function () {
  this.timeout(60_000);
  let market: Harness;
  let driver: MarketDriver;
  let token: string;
  const creator = mnemonicToAccount(DEV_MNEMONIC, { addressIndex: 2 });

  before(async function () {
    const started = await startHarness();
    if (!started) return this.skip();
    market = started;
    driver = new MarketDriver(market.anvil, new Prng("api"));
    token = (await signIn()).body.token;
  });
  after(() => market?.close());

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- says what the test expects
  async function post<T>(path: string, body: unknown, headers: Record<string, string> = {}) {
    const raw = body instanceof Uint8Array;
    const response = await fetch(market.url + path, {
      method: "POST",
      headers: { "content-type": raw ? "application/octet-stream" : "application/json", ...headers },
      body: raw ? new Uint8Array(body) : JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as T, headers: response.headers };
  }

  async function signIn(change: { nonce?: string; domain?: string; chainId?: number } = {}) {
    const { nonce } = (await post<{ nonce: string }>("/v1/auth/nonce", {})).body;
    const message = createSiweMessage({
      address: creator.address,
      chainId: change.chainId ?? 31337,
      domain: change.domain ?? new URL(market.url).host,
      nonce: change.nonce ?? nonce,
      uri: market.url,
      version: "1",
    });
    const signature = await creator.signMessage({ message });
    const answer = await post<{ token: string; address: string; code: string }>("/v1/auth/verify", {
      message,
      signature,
    });
    return { ...answer, message, signature };
  }

  const session = () => ({ authorization: `Bearer ${token}` });

  async function picture(seed: string, width = 320, height = 240): Promise<Uint8Array> {
    const prng = new Prng(seed);
    const cells = Buffer.alloc(8 * 6 * 3, 0).map(() => prng.below(256));
    const small = sharp(cells, { raw: { width: 8, height: 6, channels: 3 } });
    return new Uint8Array(await small.resize(width, height, { kernel: "cubic" }).png().toBuffer());
  }

  function metadataOf(upload: Upload, title: string, tags: string[] = []) {
    return workMetadataSchema.parse({
      schema: "colophon/work/1",
      title,
      description: `About ${title}`,
      kind: upload.kind,
      tags,
      file: upload.file,
      iscc: upload.iscc,
    });
  }

  /** Uploads, describes, publishes and waits until the page shows it. */
  async function publish(
    bytes: Uint8Array,
    title: string,
    options: { price?: bigint; share?: number; tags?: string[] } = {},
  ) {
    const upload = answerOf(uploadSchema).parse((await post("/v1/uploads", bytes, session())).body).data;
    const document = await post<{ data: { digest: Hash } }>(
      "/v1/documents",
      metadataOf(upload, title, options.tags),
      session(),
    );
    const work = {
      contentHash: upload.file.sha256,
      fingerprint: upload.iscc.body,
      metadataDigest: document.body.data.digest,
      provenanceHash: ZERO_DIGEST,
      fingerprintHeader: upload.iscc.header,
      kind: WORK_KINDS[upload.kind],
    };
    await driver.send(2, "LicenseToken", "publish", [
      work,
      driver.terms(options.share ?? 100_000),
      driver.offer(options.price ?? 1000n),
    ]);
    await market.anvil.mine();
    await market.indexed();
    return { upload, work: await workByHash(upload.file.sha256) };
  }

  async function workByHash(sha256: string): Promise<WorkDetail> {
    const { body } = await market.get(`/v1/works/by-hash/${sha256}`);
    return answerOf(workDetailSchema).parse(body).data;
  }

  it("signs a wallet in once per nonce, for this site and chain only", async () => {
    const first = await signIn();
    expect(first.status).to.equal(200);
    expect(first.body.address).to.equal(creator.address.toLowerCase());
    expect(first.headers.get("set-cookie")).to.match(/^colophon_session=.+HttpOnly; SameSite=Strict/);
    const again = await post<{ code: string }>("/v1/auth/verify", {
      message: first.message,
      signature: first.signature,
    });
    expect([again.status, again.body.code]).to.deep.equal([401, "NONCE_USED"]);
    expect((await signIn({ domain: "evil.example" })).body.code).to.equal("BAD_SIWE");
    expect((await signIn({ chainId: 1 })).body.code).to.equal("BAD_SIWE");
    expect((await signIn({ nonce: "0123456789abcdef" })).body.code).to.equal("NONCE_USED");
    const other = await post<{ code: string }>("/v1/auth/verify", {
      message: (await signIn()).message.replace(creator.address, mnemonicToAccount(DEV_MNEMONIC).address),
      signature: first.signature,
    });
    expect(other.status).to.equal(401);
  });

  it("reads the session from token and cookie, and refuses the cookie from another site", async () => {
    const { body } = await signIn();
    const cookie = { cookie: `colophon_session=${body.token}` };
    expect((await market.get("/v1/auth/session", cookie)).body).to.deep.equal({
      address: creator.address.toLowerCase(),
    });
    expect((await market.get("/v1/auth/session")).body).to.deep.equal({ address: null });
    const foreign = await post<{ code: string }>("/v1/documents", {}, { ...cookie, origin: "https://evil.example" });
    expect([foreign.status, foreign.body.code]).to.deep.equal([403, "CROSS_ORIGIN"]);
    const out = await fetch(`${market.url}/v1/auth/session`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${body.token}` },
    });
    expect(out.status).to.equal(204);
    expect((await market.get("/v1/auth/session", cookie)).body).to.deep.equal({ address: null });
  });

  it("shows a published picture with metadata, preview, offer and history", async () => {
    const { upload, work } = await publish(await picture("first"), "First light", { tags: ["sea", "sky"] });
    expect(upload.registeredAs).to.equal(null);
    expect(work.title).to.equal("First light");
    expect(work.creator).to.equal(creator.address.toLowerCase());
    expect(work.metadata?.file.cid).to.equal(upload.file.cid);
    expect(work.iscc?.code).to.equal(upload.iscc.code);
    expect(work.price).to.equal("1000");
    expect(work.remixable).to.equal(true);
    expect(work.previewSize).to.deep.equal({ width: 320, height: 240 });
    expect(work.color).to.match(/^#[0-9a-f]{6}$/);
    expect(work.history.map((entry) => entry.type)).to.deep.equal(["offered", "registered"]);
    const preview = await fetch(market.url + (work.preview ?? ""));
    expect(preview.headers.get("content-type")).to.equal("image/webp");
    expect(preview.headers.get("cache-control")).to.contain("immutable");
    const shape = await sharp(Buffer.from(await preview.arrayBuffer())).metadata();
    expect([shape.format, shape.width, shape.height]).to.deep.equal(["webp", 320, 240]);
    const tagged = await market.get<{ data: WorkCard[] }>("/v1/works?tag=sky");
    expect(
      pageOf(workCardSchema)
        .parse(tagged.body)
        .data.map((card) => card.id),
    ).to.deep.equal([work.id]);
    expect((await market.get<{ data: WorkCard[] }>("/v1/works?q=first%20LIGHT")).body.data).to.have.length(1);
    expect((await market.get<{ data: WorkCard[] }>("/v1/works?q=100%25")).body.data).to.have.length(0);
  });

  it("shows a work before its document is found, and tells when it was", async () => {
    const bytes = await picture("late");
    const upload = (await post<{ data: Upload }>("/v1/uploads", bytes, session())).body.data;
    const metadata = metadataOf(upload, "Late words");
    const digest = sha256Hex(canonicalBytes(metadata));
    // Anybody may write any header: it must not stop the index.
    const work = {
      ...driver.newWork(),
      contentHash: upload.file.sha256,
      metadataDigest: digest,
      fingerprintHeader: 0xffff,
    };
    await driver.send(2, "LicenseToken", "publish", [work, driver.terms(), driver.offer(1n)]);
    await market.anvil.mine();
    await market.indexed();
    const before = await workByHash(upload.file.sha256);
    expect([before.metadata, before.title, before.iscc]).to.deep.equal([null, `#${before.id}`, null]);
    const seq = market.indexer.seq;
    await market.store.addDocument(metadata);
    await until(async () => (await workByHash(upload.file.sha256)).title === "Late words");
    const told = await readOutbox(market.indexer.database, seq, 10);
    expect(told.map((event) => [event.type, event.workId])).to.deep.equal([["DocumentFound", before.id]]);
    expect(market.indexer.facts.work(before.id)?.contentBits).to.equal(null);
  });

  it("lets nobody blank a work by naming its metadata as something else", async () => {
    const { upload, work } = await publish(await picture("victim"), "Still here");
    const job = {
      modelWork: BigInt(work.id),
      operator: zeroAddress,
      currency: zeroAddress,
      price: 1n,
      specDigest: work.metadataDigest,
      acceptWithin: 60,
      submitWithin: 60,
      reviewWithin: 60,
      verification: 0,
      ...NO_REFERRER,
    };
    await driver.send(3, "JobMarket", "post", [job], 1n);
    await market.anvil.mine();
    await market.indexed();
    const sql = "select schema, state from app.document where digest = $1 order by 1";
    const states = () => market.indexer.database.query(sql, [work.metadataDigest]);
    await until(async () => (await states()).length === 2);
    expect(await states()).to.deep.equal([
      { schema: "colophon/job/1", state: "invalid" },
      { schema: "colophon/work/1", state: "found" },
    ]);
    expect((await workByHash(upload.file.sha256)).title).to.equal("Still here");
  });

  it("shows no picture whose bytes are not those that the work's document names", async () => {
    const upload = (await post<{ data: Upload }>("/v1/uploads", await picture("shown"), session())).body.data;
    const own = driver.newWork() as { contentHash: Hash };
    const metadata = metadataOf({ ...upload, file: { ...upload.file, sha256: own.contentHash } }, "Borrowed face");
    const { body } = await post<{ data: { digest: Hash } }>("/v1/documents", metadata, session());
    const work = { ...own, metadataDigest: body.data.digest };
    await driver.send(2, "LicenseToken", "publish", [work, driver.terms(), driver.offer(1n)]);
    await market.anvil.mine();
    await market.indexed();
    const verdict = "select 1 from app.media where sha256 = $1";
    await until(async () => (await market.indexer.database.query(verdict, [own.contentHash])).length === 1);
    const detail = await workByHash(own.contentHash);
    expect([detail.title, detail.previewSize, detail.color]).to.deep.equal(["Borrowed face", null, null]);
    expect((await market.get<{ code: string }>(detail.preview ?? "")).body.code).to.equal("NO_PREVIEW");
  });

  it("answers to this machine's names only", async () => {
    const { hostname, port } = new URL(market.url);
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const asked = request(
        { host: hostname, port, path: "/v1/status", headers: { host: "evil.example" } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      asked.on("error", reject).end();
    });
    expect(answer).to.equal(421);
  });

  it("refuses documents that are none, however they are nested", async () => {
    const deep = `{"schema":"colophon/work/1","title":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
    const response = await fetch(`${market.url}/v1/documents`, { method: "POST", headers: session(), body: deep });
    expect([response.status, ((await response.json()) as { code: string }).code]).to.deep.equal([400, "BAD_DOCUMENT"]);
    const wrong = await post<{ code: string }>("/v1/documents", { schema: "colophon/work/1", title: "" }, session());
    expect([wrong.status, wrong.body.code]).to.deep.equal([400, "BAD_DOCUMENT"]);
  });

  it("warns of the same file and of a re-encoded copy", async () => {
    const bytes = await picture("original");
    const { work } = await publish(bytes, "Original");
    const copy = new Uint8Array(await sharp(bytes).resize(200).jpeg({ quality: 70 }).toBuffer());
    const same = (await post<{ data: Upload }>("/v1/uploads", bytes, session())).body.data;
    expect(same.registeredAs).to.equal(work.id);
    expect(same.lookalikes[0]).to.deep.include({ verdict: "same-file", distance: 0 });
    const near = (await post<{ data: Upload }>("/v1/uploads", copy, session())).body.data;
    expect(near.registeredAs).to.equal(null);
    expect(near.lookalikes.map((found) => [found.work.id, found.verdict])).to.deep.equal([
      [work.id, "very-likely-same"],
    ]);
  });

  it("verifies a look-alike by the features that a page sends, and says so when it has codes alone", async () => {
    const bytes = await picture("seen from both sides");
    const { work } = await publish(bytes, "Seen");
    const learned = "select 1 from app.match_features where sha256 = $1";
    await until(async () => (await market.indexer.database.query(learned, [work.contentHash])).length === 1);
    const asked = async (file: Buffer, withFeatures: boolean) => {
      const copy = new Uint8Array(file);
      const { iscc, sha256, alternates } = await fingerprint(copy);
      const features = await matchFeatures(copy);
      if (!features) throw new Error("a picture has features");
      const { status, body } = await post("/v1/lookalikes", {
        iscc: { body: iscc.body, header: iscc.header },
        sha256,
        alternates,
        ...(withFeatures ? { features: Buffer.from(encodeFeatures(features)).toString("base64") } : {}),
      });
      expect(status).to.equal(200);
      const { data } = answerOf(z.array(lookalikeSchema)).parse(body);
      return data.map((found) => [found.work.id, found.verdict, found.verified]);
    };
    const mirrored = await sharp(bytes).flop().jpeg({ quality: 80 }).toBuffer();
    expect(await asked(mirrored, false)).to.deep.equal([]);
    expect(await asked(mirrored, true)).to.deep.equal([[work.id, "very-likely-same", true]]);
    const smaller = await sharp(bytes).resize(160).jpeg({ quality: 80 }).toBuffer();
    expect(await asked(smaller, false)).to.deep.equal([[work.id, "very-likely-same", false]]);
    expect(await asked(smaller, true)).to.deep.equal([[work.id, "very-likely-same", true]]);
  });

  it("takes the largest features there are, and refuses what are none", async () => {
    const { iscc, sha256 } = await fingerprint(await picture("asked"));
    const ask = (features: string) =>
      post<{ code?: string }>("/v1/lookalikes", {
        iscc: { body: iscc.body, header: iscc.header },
        sha256,
        features,
      });
    const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
    const [view] = ((await matchFeatures(await picture("asked"))) as ImageFeatures).views;
    if (!view) throw new Error("a picture has a view");
    const four = encodeFeatures({ kind: "image", width: 320, height: 240, views: [view, view, view, view] });
    const long = encodeFeatures({
      kind: "audio",
      values: Int32Array.from({ length: LONGEST_VALUES }, (_, i) => i * i),
    });
    for (const features of [four, long]) expect((await ask(base64(features))).status).to.equal(200);
    const cases: [string, number, string][] = [
      [base64(new Uint8Array([9, 9, 9])), 400, "BAD_FEATURES"],
      [base64(four.subarray(0, four.length - 1)), 400, "BAD_FEATURES"],
      ["no base64!", 400, "INVALID_PARAMETERS"],
      [base64(new Uint8Array(32_768)), 400, "INVALID_PARAMETERS"],
    ];
    for (const [features, status, code] of cases) {
      const answer = await ask(features);
      expect([answer.status, answer.body.code], `${features.slice(0, 12)}…`).to.deep.equal([status, code]);
    }
  });

  it("finds a picture's manifest again when the picture's own was stripped, by C2PA's interface", async () => {
    const plain = await picture("signed");
    const signed = withManifest(plain, "not a real manifest store");
    const { work } = await publish(signed, "Signed");
    const { id } = work;
    const bare = answerOf(uploadSchema).parse((await post("/v1/uploads", plain, session())).body).data;
    await publish(await picture("unsigned"), "Unsigned");
    const expected = { matches: [{ manifestId: `colophon-work-${id}`, similarityScore: 100 }] };
    const values = [bare.iscc.code, bare.iscc.content ?? ""].map((code) => Buffer.from(code).toString("base64"));
    for (const value of values) {
      const query = new URLSearchParams({ alg: "io.iscc.v0", value });
      expect((await market.get(`/v1/matches/byBinding?${query.toString()}`)).body).to.deep.equal(expected);
      const posted = await post("/v1/matches/byBinding?maxResults=5", { alg: "io.iscc.v0", value });
      expect(posted.body).to.deep.equal(expected);
    }
    const smaller = await sharp(plain).resize(200).jpeg({ quality: 60 }).toBuffer();
    const byContent = await post<{ matches: { manifestId: string; similarityScore: number }[] }>(
      "/v1/matches/byContent",
      new Uint8Array(smaller),
      session(),
    );
    expect(byContent.body.matches[0]?.manifestId).to.equal(`colophon-work-${id}`);
    const manifest = await fetch(`${market.url}/v1/manifests/colophon-work-${id}`);
    expect(manifest.headers.get("content-type")).to.equal("application/c2pa");
    expect(await manifest.text()).to.equal("not a real manifest store");
    const cases: [string, number, string][] = [
      ["/v1/matches/byBinding?alg=com.other&value=AAAA", 400, "UNSUPPORTED_ALGORITHM"],
      ["/v1/matches/byBinding?alg=io.iscc.v0&value=AAAA", 400, "BAD_BINDING"],
      ["/v1/matches/byBinding?alg=io.iscc.v0&value=%00", 400, "BAD_BINDING"],
      ["/v1/matches/byBinding?alg=io.iscc.v0", 400, "INVALID_PARAMETERS"],
      ["/v1/manifests/urn:c2pa:1", 404, "NO_MANIFEST"],
      ["/v1/manifests/colophon-work-999999", 404, "UNKNOWN_WORK"],
    ];
    for (const [path, status, code] of cases) {
      const answer = await market.get<{ code: string }>(path);
      expect([answer.status, answer.body.code], path).to.deep.equal([status, code]);
    }
    expect((await post("/v1/matches/byContent", plain)).status, "files are read for those who signed in").to.equal(401);
    expect((await market.get("/v1/services/supportedAlgorithms")).body).to.deep.equal({
      watermarks: [],
      fingerprints: [{ alg: "io.iscc.v0" }],
    });
    const rules = (await market.get<{ location: string }[]>("/.well-known/tdmrep.json")).body;
    expect(rules.at(-1)).to.deep.equal({ location: "/*", "tdm-reservation": 1 });
  });

  it("shows an excerpt of a text and refuses files that it cannot take", async () => {
    const text = `${"The tide went out and left a line of light along the sand. ".repeat(12)}End.`;
    const { work } = await publish(new TextEncoder().encode(text), "Tide");
    expect(work.kind).to.equal("text");
    expect(work.preview).to.equal(null);
    expect(work.excerpt).to.match(/^The tide went out.+…$/);
    const refused = async (bytes: Uint8Array) => {
      const { status, body } = await post<{ code: string }>("/v1/uploads", bytes, session());
      return [status >= 400, body.code];
    };
    expect(await refused(new Uint8Array())).to.deep.equal([true, "EMPTY_FILE"]);
    expect(await refused((await picture("cut")).slice(0, 300))).to.deep.equal([true, "BROKEN_MEDIA"]);
    expect(await refused(new Uint8Array(33 * 1024 * 1024))).to.deep.equal([true, "BODY_TOO_LARGE"]);
    const stranger = await post<{ code: string }>("/v1/uploads", await picture("x"));
    expect([stranger.status, stranger.body.code]).to.deep.equal([401, "SESSION_NEEDED"]);
  });

  it("computes revenue, pulls and claims as the ledger does, to the wei", async () => {
    const driverLife = new MarketDriver(market.anvil, new Prng("revenue"));
    await driverLife.live(80);
    await market.indexed();
    const read = async (name: string, args: unknown[]) => driverLife.read<bigint>("RoyaltyLedger", name, args);
    const total = Number(await driverLife.read<bigint>("WorkRegistry", "totalWorks", []));
    let pulled = 0;
    for (let id = total; id >= 1; id--) {
      const before = (await market.get<{ data: WorkDetail }>(`/v1/works/${id}`)).body.data.revenue[0];
      if (!before) continue;
      expect(BigInt(before.claimable), `claimable of ${id}`).to.equal(
        await read("claimable", [BigInt(id), zeroAddress]),
      );
      const [first] = before.pulls;
      if (!first) continue;
      const args = [BigInt(first.childId), BigInt(first.edgeIndex), zeroAddress];
      expect(BigInt(first.delta), `first pull below ${id}`).to.equal(await read("pullable", args));
    }
    for (let id = 1; id <= total; id++) {
      const before = (await market.get<{ data: WorkDetail }>(`/v1/works/${id}`)).body.data.revenue[0];
      if (!before || before.pulls.length === 0) continue;
      for (const pull of before.pulls) {
        await driverLife.send(0, "RoyaltyLedger", "pull", [BigInt(pull.childId), BigInt(pull.edgeIndex), zeroAddress]);
      }
      await market.anvil.mine();
      await market.indexed();
      pulled += before.pulls.length;
      expect(await read("claimable", [BigInt(id), zeroAddress]), `after pulls below ${id}`).to.equal(
        BigInt(before.claimableAfterPull),
      );
      const after = (await market.get<{ data: WorkDetail }>(`/v1/works/${id}`)).body.data.revenue[0];
      expect(after?.pulls).to.deep.equal([]);
    }
    expect(pulled, "there was something to pull").to.be.greaterThan(5);
  });

  it("computes what holds and liens leave, and what liens are due, as the ledger does", async () => {
    const rulings = new MarketDriver(market.anvil, new Prng("rulings"));
    await rulings.live(40);
    const read = async (name: string, args: unknown[]) => rulings.read<bigint>("RoyaltyLedger", name, args);
    const total = Number(await rulings.read<bigint>("WorkRegistry", "totalWorks", []));
    const seen = { held: 0, due: 0, shared: 0 };
    for (let round = 0; round < 4; round++) {
      await rulings.rule(24, total);
      await rulings.live(6);
      await market.indexed();
      for (let id = 1; id <= total; id++) {
        const { liens, revenue } = (await market.get<{ data: WorkDetail }>(`/v1/works/${id}`)).body.data;
        const coin = revenue.find(({ currency }) => currency === zeroAddress);
        if (!coin) continue;
        const args = [BigInt(id), zeroAddress];
        expect(BigInt(coin.claimable), `claimable of ${id}`).to.equal(await read("claimable", args));
        expect(BigInt(coin.held?.amount ?? 0), `held of ${id}`).to.equal(await read("heldAmount", args));
        expect(coin.lienDues.length).to.equal(liens.length);
        for (const [index, due] of coin.lienDues.entries()) {
          expect(BigInt(due), `lien ${index} of ${id}`).to.equal(
            await read("lienDue", [BigInt(id), BigInt(index), zeroAddress]),
          );
          if (due !== "0") seen.due++;
        }
        if (coin.held && coin.held.amount !== "0") seen.held++;
        if (new Set(liens.map(({ heard }) => heard)).size === 2) seen.shared++;
      }
    }
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).to.be.greaterThan(3);
  });

  it("pages through lists without gaps or repeats, in every order", async () => {
    const total = Number(await driver.read<bigint>("WorkRegistry", "totalWorks", []));
    for (const sort of ["new", "rising", "cheap"]) {
      const seen: string[] = [];
      let next: string | null = "";
      while (next !== null) {
        const query: string = `/v1/works?sort=${sort}&limit=7${next ? `&cursor=${next}` : ""}`;
        const page = pageOf(workCardSchema).parse((await market.get(query)).body);
        expect(page.data.length).to.be.at.most(7);
        if (sort === "cheap") {
          const prices = page.data.map((card) => Number(card.price));
          expect(prices).to.deep.equal([...prices].sort((a, b) => a - b));
        }
        seen.push(...page.data.map((card) => card.id));
        next = page.next;
      }
      expect(new Set(seen).size).to.equal(seen.length);
      if (sort !== "cheap") expect(seen.length).to.equal(total);
    }
    const bad = await market.get<{ code: string }>("/v1/works?cursor=bm90");
    expect([bad.status, bad.body.code]).to.deep.equal([400, "BAD_CURSOR"]);
    const dots = Buffer.from('["..","e+-"]').toString("base64url");
    expect((await market.get<{ code: string }>(`/v1/works?sort=cheap&cursor=${dots}`)).body.code).to.equal(
      "BAD_CURSOR",
    );
  });

  it("answers what its OpenAPI document says, with the schemas' shapes", async () => {
    const { body } = await market.get<{ openapi: string; paths: Record<string, unknown> }>("/v1/openapi.json");
    expect(body.openapi).to.equal("3.1.0");
    expect(Object.keys(body.paths)).to.include.members(["/v1/works/{id}", "/v1/uploads", "/v1/events", "/v1/trends"]);
    pageOf(jobSchema).parse((await market.get("/v1/jobs")).body);
    const account = await market.get(`/v1/accounts/${creator.address}`);
    expect(answerOf(accountSchema).parse(account.body).data.works.length).to.be.greaterThan(0);
    for (const path of [
      "/v1/shelves",
      `/v1/shelves?for=${creator.address}`,
      "/v1/trends?window=7d",
      "/v1/operators",
      "/v1/status",
    ]) {
      expect((await market.get(path)).status, path).to.equal(200);
    }
    const refused = await market.get<{ code: string; status: number }>("/v1/works?limit=1000");
    expect(refused.headers.get("content-type")).to.contain("application/problem+json");
    expect(refused.body).to.include({ code: "INVALID_PARAMETERS", status: 400 });
    expect((await market.get<{ code: string }>("/v1/works/999999")).body.code).to.equal("UNKNOWN_WORK");
    expect((await market.get<{ code: string }>("/v1/nothing")).body.code).to.equal("UNKNOWN_ROUTE");
  });

  it("answers 304 while nothing changed, and anew after a block that did", async () => {
    const first = await market.get("/v1/works");
    const etag = first.headers.get("etag") ?? "";
    expect((await market.get("/v1/works", { "if-none-match": etag })).status).to.equal(304);
    await driver.send(0, "LicenseToken", "publish", [driver.newWork(), driver.terms(), driver.offer(5n)]);
    await market.anvil.mine();
    await market.indexed();
    expect((await market.get("/v1/works", { "if-none-match": etag })).status).to.equal(200);
  });

  it("streams what happens, resumes after an id, and retracts what a reorg undid", async () => {
    const start = market.indexer.seq;
    const events: { seq: number; type: string; retracts: number | null; workId: string | null }[] = [];
    const abort = new AbortController();
    const response = await fetch(`${market.url}/v1/events`, {
      headers: { "last-event-id": String(Math.max(0, start - 2)) },
      signal: abort.signal,
    });
    const reading = (async () => {
      let text = "";
      for await (const chunk of response.body ?? []) {
        text += new TextDecoder().decode(chunk as Uint8Array);
        const messages = text.split("\n\n");
        text = messages.pop() ?? "";
        for (const message of messages) {
          const data = /^data: (.*)$/m.exec(message)?.[1];
          if (data) events.push(JSON.parse(data));
        }
      }
    })().catch((error: Error) => expect(error.name).to.equal("AbortError"));
    await until(() => events.length === 2);
    expect(events.map((event) => event.seq)).to.deep.equal([start - 1, start]);
    const snapshot = await market.anvil.rpc<Hex>("evm_snapshot");
    await driver.send(0, "LicenseToken", "publish", [driver.newWork(), driver.terms(), driver.offer(5n)]);
    await market.anvil.mine();
    await until(() => events.some((event) => event.type === "OfferSet" && event.seq > start));
    const told = events.filter((event) => event.seq > start);
    const registered = told.find((event) => event.type === "WorkRegistered");
    expect((await market.get(`/v1/works/${registered?.workId}`)).status).to.equal(200);
    await market.anvil.rpc("evm_revert", [snapshot]);
    await market.anvil.mine();
    await until(() => events.filter((event) => event.retracts !== null).length === told.length);
    const retracted = events.filter((event) => event.retracts !== null).map((event) => event.retracts);
    expect(retracted).to.deep.equal(told.map((event) => event.seq).reverse());
    expect((await market.get(`/v1/works/${registered?.workId}`)).status).to.equal(404);
    expect(market.indexer.facts.work(registered?.workId ?? "")).to.equal(undefined);
    abort.abort();
    await reading;
  });
});

/** A PNG file with a chunk of C2PA's behind its header. */
function withManifest(png: Uint8Array, manifest: string): Uint8Array {
  const chunk = Buffer.alloc(12 + manifest.length);
  chunk.writeUInt32BE(manifest.length);
  chunk.write(`caBX${manifest}`, 4, "latin1");
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), 8 + manifest.length);
  return new Uint8Array(Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]));
}
