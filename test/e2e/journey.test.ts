import { readFile } from "node:fs/promises";
import { expect } from "chai";
import sharp from "sharp";
import { parseEther } from "viem";
import type { Job } from "../../common/api/schemas.ts";
import { createFormat } from "../../frontend/i18n/format.ts";
import { en, zh } from "./catalogue.ts";
import { type ChainReader, chainReader, splitOfPayment } from "./chain-reader.ts";
import { type MarketUnderTest, marketUnderTest } from "./market-under-test.ts";
import { chooseFile, connectWallet, writeOutcome } from "./page-actions.ts";
import { picture, recompressed } from "./picture.ts";
import { TestWallet, WALLET_NAME } from "./test-wallet.ts";
import { type Visitor, Visitors } from "./visitors.ts";

const format = createFormat("en");

/** Odd amounts, so that every rounding shows. */
const LICENSE_PRICE = parseEther("0.020000000000000003");
const DERIVATIVE_PRICE = parseEther("0.050000000000000007");
const SHARE_PPM = 125_000;

describe("the main job in a browser, with keys of people's own", function () {
  const visitors = new Visitors();
  const name = `Kites ${Date.now().toString(36)}`;
  let market: MarketUnderTest;
  let chain: ChainReader;
  let png: Buffer;
  /** Makes the work; buys it and remixes it; buys the remix. */
  let creator: Visitor;
  let remixer: Visitor;
  let collector: Visitor;
  let creatorWallet: TestWallet;
  let remixerWallet: TestWallet;
  let collectorWallet: TestWallet;
  let workId: string;
  let licenseId: string;
  let jobId: string;
  let derivativeId: string;

  before("start the market", async function () {
    this.timeout(240_000);
    market = await marketUnderTest();
    chain = chainReader(market);
    await visitors.start(market.url);
    png = await picture(name);
    [creatorWallet, remixerWallet, collectorWallet] = [
      new TestWallet(market.rpcUrl),
      new TestWallet(market.rpcUrl),
      new TestWallet(market.rpcUrl),
    ];
    for (const wallet of [creatorWallet, remixerWallet, collectorWallet]) await wallet.fund("2");
    creator = await visitors.enter({ wallet: creatorWallet });
    remixer = await visitors.enter({ wallet: remixerWallet });
    collector = await visitors.enter({ wallet: collectorWallet });
  });

  const file = (buffer: Buffer) => ({ name: `${name}.png`, mimeType: "image/png", buffer });
  const earningRow = (visitor: Visitor, id: string) =>
    visitor.page.locator(`[data-testid=earning-row][data-work-id="${id}"]`);

  it("finds the wallet by its announcement, and says so when the person refuses it", async () => {
    const { page } = creator;
    await creator.open("/en/create");
    await page.getByTestId("connect").click();
    const option = page.getByTestId("wallet-option").filter({ hasText: WALLET_NAME });
    await option.waitFor();
    creatorWallet.policy = "refuse";
    await option.click();
    await page.getByTestId("wallet-problem").waitFor();
    expect(await page.getByTestId("wallet-problem").innerText()).to.equal(en.wallet.refused);
    expect(await page.getByTestId("connect").innerText()).to.equal(en.account.connect);

    creatorWallet.policy = "approve";
    await option.click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    const { address } = creatorWallet.account;
    expect((await page.getByTestId("connect").innerText()).toLowerCase()).to.contain(address.slice(0, 6).toLowerCase());
  });

  it("notices a wallet on another network and has it switched", async () => {
    const { page } = creator;
    await creatorWallet.switchToWrongChain();
    await page.locator("[data-testid=connect][data-wrong-network]").click();
    await page.getByText(en.wallet.wrongNetwork).waitFor();
    creatorWallet.policy = "refuse";
    await page.getByTestId("switch-network").click();
    await page.getByText(en.wallet.refused).waitFor();
    creatorWallet.policy = "approve";
    await page.getByTestId("switch-network").click();
    await page.getByText(en.wallet.wrongNetwork).waitFor({ state: "hidden" });
    expect(Number(creatorWallet.chainId)).to.equal(market.deployment.chainId);
    await page.getByRole("button", { name: en.state.close }).click();
    await page.locator("[data-testid=connect]:not([data-wrong-network])").waitFor();
  });

  it("signs in, registers a picture and opens its offer in one transaction, and shows it soon after", async function () {
    const { page } = creator;
    await chooseFile(page, file(png));
    await page.getByText(en.create.noLookalikes).waitFor();
    await page.getByTestId("title").fill(name);
    await page.getByTestId("tags").fill("kites, wind");
    await page.getByTestId("price").fill("0.020000000000000003");
    await page.getByTestId("share").fill("12.5");
    await page.getByLabel(en.create.supply).fill("1");

    creatorWallet.policy = "refuse";
    await page.getByTestId("publish").click();
    await page.getByText(en.wallet.signInRefused).waitFor();
    expect(await session(creator)).to.equal(null);

    creatorWallet.policy = "approve";
    creatorWallet.refuseNext("eth_sendTransaction");
    await page.getByTestId("publish").click();
    expect(await writeOutcome(page)).to.deep.equal({ phase: "refused", text: en.transaction.refused });
    expect(await session(creator)).to.equal(creatorWallet.account.address.toLowerCase());

    // Another page of the same person, which will not hear of the registration.
    const stale = await creator.context.newPage();
    await creator.open("/en/create", stale);
    await chooseFile(stale, file(png));
    await stale.getByText(en.create.noLookalikes).waitFor();
    await stale.locator("[data-testid=connect] img, [data-testid=connect] svg").first().waitFor();

    const witness = await visitors.enter();
    const sending = creatorWallet.nextTransaction();
    await page.getByTestId("publish").click();
    workId = await chain.registeredWork(await sending);
    const receiptAt = performance.now();
    await untilServed(`${market.url}/v1/works/${workId}`);
    const servedAt = performance.now();
    await witness.page.goto(`/en/works/${workId}`, { waitUntil: "commit" });
    await witness.page.getByRole("heading", { level: 1, name }).waitFor();
    const shownAt = performance.now();
    console.log(
      `      after the receipt: in the API ${Math.round(servedAt - receiptAt)} ms, on its page ${Math.round(shownAt - receiptAt)} ms`,
    );
    await visitors.leave(witness);

    await page.locator(`[data-testid=published][data-work-id="${workId}"]`).waitFor();
    expect((await writeOutcome(page)).phase).to.equal("indexed");
    expect(creatorWallet.sent).to.have.length(1);
    expect(await chain.workOwner(workId)).to.equal(creatorWallet.account.address);
    expect((await chain.work(workId)).contentHash).to.equal(await sha256(png));

    await stale.getByTestId("publish").click();
    expect(await writeOutcome(stale)).to.deep.equal({
      phase: "reverted",
      text: `${en.transaction.reverted}: ${en.refusals.contract.WorkRegistryAlreadyRegistered}`,
    });
    await stale.close();
  });

  it("warns of a re-encoded copy and of the very same file, and names the work", async () => {
    const { page } = collector;
    await collector.open("/en/create");
    await chooseFile(page, { name: "copy.jpg", mimeType: "image/jpeg", buffer: await recompressed(png) });
    await page.getByRole("heading", { name: en.create.lookalikeTitle }).waitFor();
    const first = page.getByTestId("lookalike").first();
    expect(await first.getByRole("link", { name }).getAttribute("href")).to.equal(`/en/works/${workId}`);
    expect(await first.getAttribute("data-verdict")).to.equal("very-likely-same");
    expect(await first.getAttribute("data-verified")).to.equal("true");
    expect(await first.innerText()).to.contain(en.create.verified);

    await page.getByRole("button", { name: en.create.another }).click();
    await chooseFile(page, file(png));
    await page.getByRole("heading", { name: en.create.sameFileTitle }).waitFor();
    expect(await page.getByRole("link", { name: en.create.see }).getAttribute("href")).to.equal(`/en/works/${workId}`);
  });

  it("recognises a mirrored copy, which no code can, and says of a film what a browser cannot look into", async () => {
    const visitor = await visitors.enter();
    visitor.expectProblem(/404.*\/works\/by-hash\//);
    const { page } = visitor;
    await visitor.open("/en/verify");
    await chooseFile(page, {
      name: "mirror.png",
      mimeType: "image/png",
      buffer: await sharp(png).flop().png().toBuffer(),
    });
    await page.locator("[data-testid=verdict][data-registered=false]").waitFor();
    const found = page.getByTestId("lookalike").first();
    expect(await found.getByRole("link", { name }).getAttribute("href")).to.equal(`/en/works/${workId}`);
    expect(await found.getAttribute("data-verdict")).to.equal("very-likely-same");
    expect(await found.getAttribute("data-verified")).to.equal("true");

    const film = await readFile(new URL("../fingerprint/fixtures/film.webm", import.meta.url));
    for (const [locale, m] of [
      ["en", en],
      ["zh", zh],
    ] as const) {
      await visitor.open(`/${locale}/verify`);
      await chooseFile(page, { name: "film.webm", mimeType: "video/webm", buffer: film });
      const reach = page.locator("[data-testid=reach][data-reach=unreadable-here]");
      expect(await reach.innerText()).to.equal(m.create.reach["unreadable-here"]);
    }
    await visitors.leave(visitor);
  });

  it("sells the license to another wallet, and tells a third one that it is sold out", async () => {
    for (const visitor of [remixer, collector]) {
      await visitor.open(`/en/works/${workId}`);
      await connectWallet(visitor.page);
    }
    const { page } = remixer;
    expect(await page.getByTestId("buy").innerText()).to.equal(en.work.buy(format.ether(LICENSE_PRICE)));
    const before = await remixerWallet.balance;
    await page.getByTestId("buy").click();
    expect((await writeOutcome(page)).phase).to.equal("indexed");
    const said = await page.getByTestId("bought").innerText();
    licenseId = /\d+/.exec(said)?.[0] ?? "";
    expect(said).to.equal(en.work.bought(licenseId));
    expect(await remixerWallet.balance).to.equal(before - LICENSE_PRICE - (await remixerWallet.fees()));
    expect(await chain.licenseHolder(licenseId)).to.equal(remixerWallet.account.address);
    expect((await chain.license(licenseId)).workId).to.equal(BigInt(workId));
    expect(await chain.claimable(workId)).to.equal(LICENSE_PRICE);

    await collector.page.getByTestId("buy").click();
    expect(await writeOutcome(collector.page)).to.deep.equal({
      phase: "reverted",
      text: `${en.transaction.reverted}: ${en.refusals.contract.LicenseTokenSoldOut}`,
    });
    expect(collectorWallet.sent).to.deep.equal([]);
  });

  it("posts a remix job with that license, reports it live, shows the checked output, and settles", async () => {
    const { page } = remixer;
    await page.getByTestId("remix").click();
    await page.locator(`input[name=source][value="${licenseId}"]:checked`).waitFor();
    await page.getByTestId("seed").fill(name);
    await page.getByTestId("mining-no-ai-training").check();
    await page.evaluate(recordPhases);
    await page.getByTestId("generate").click();
    await page.waitForURL(/\/en\/jobs\/\d+$/);
    jobId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    const output = page.locator("[data-testid=job-output][data-verified=true] img");
    await output.waitFor();
    expect(
      await output.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth)),
    ).to.be.above(100);
    const phases = await page.evaluate(recordedPhases);
    // A fast machine is done with the first phases before the page looks.
    expect(phases, "phases that the page showed").to.include.members(["generating", "submitted"]);

    // The choice stands in the specification, on the page and in the bytes that the node stored.
    const { data: job } = (await (await fetch(`${market.url}/v1/jobs/${jobId}`)).json()) as { data: Job };
    expect(job.spec?.marks).to.deep.equal({ dataMining: "no-ai-training" });
    await page.getByText(en.create.mining.choices["no-ai-training"].name, { exact: true }).waitFor();
    const stored = await fetch(`${market.gatewayUrl}/ipfs/${job.receipt?.output.cid}`);
    expect(Buffer.from(await stored.arrayBuffer()).toString("latin1")).to.contain("DMI-PROHIBITED-AIMLTRAINING");

    await page.getByTestId("settle").click();
    await page.locator("[data-testid=job-status][data-status=settled]").waitFor();
    const settled = await chain.job(jobId);
    expect(settled.requester).to.equal(remixerWallet.account.address);
  });

  it("registers the result as a derivative of the work and of the model", async () => {
    const { page } = remixer;
    await page.getByTestId("register-derivative").waitFor();
    expect(await page.getByTestId("title").inputValue()).to.equal(en.job.defaultTitle(name));
    await page.getByTestId("price").fill("0.050000000000000007");
    const sending = remixerWallet.nextTransaction();
    await page.getByTestId("register-derivative").click();
    derivativeId = await chain.registeredWork(await sending);
    await page.locator(`[data-testid=derivative][data-work-id="${derivativeId}"]`).waitFor();
    const { modelWork } = await chain.job(jobId);
    const { outputHash } = await chain.submission(jobId);
    expect((await chain.work(derivativeId)).contentHash).to.equal(outputHash);
    const edges = await chain.edges(derivativeId);
    expect(edges.map(({ parent }) => parent)).to.have.members([BigInt(workId), modelWork]);
    expect(edges.find(({ parent }) => parent === BigInt(workId))?.share).to.equal(SHARE_PPM);
    expect((await writeOutcome(page.getByTestId("derivative"))).phase).to.equal("indexed");

    await page.getByRole("link", { name: en.create.see }).click();
    await page.getByRole("heading", { level: 1, name: en.job.defaultTitle(name) }).waitFor();
    const parent = page.getByRole("figure", { name: en.work.tree }).getByRole("link").filter({ hasText: name });
    expect(await parent.getAttribute("href")).to.equal(`/en/works/${workId}`);
  });

  it("pays both creators, to the wei, when a third wallet buys the derivative", async () => {
    await creator.open("/en/me");
    const before = earningRow(creator, workId);
    expect(await before.getByTestId("claimable").innerText()).to.equal(format.ether(LICENSE_PRICE));

    await collector.open(`/en/works/${derivativeId}`);
    await collector.page.getByTestId("buy").click();
    expect((await writeOutcome(collector.page)).phase).to.equal("indexed");

    const shares = (await chain.edges(derivativeId)).map(({ parent, share }) => ({ parent, share }));
    const split = splitOfPayment(
      DERIVATIVE_PRICE,
      shares.map(({ share }) => share),
    );
    const fromRemix = split.parents[shares.findIndex(({ parent }) => parent === BigInt(workId))] ?? 0n;
    expect(fromRemix).to.equal((DERIVATIVE_PRICE * BigInt(SHARE_PPM)) / 1_000_000n);

    await withdraw(creator, creatorWallet, workId, LICENSE_PRICE + fromRemix);
    await withdraw(remixer, remixerWallet, derivativeId, split.owner);
  });

  /** Withdraws a work's earnings through the page; the wallet's balance must rise by exactly `amount`. */
  async function withdraw(visitor: Visitor, wallet: TestWallet, id: string, amount: bigint): Promise<void> {
    await visitor.open("/en/me");
    const row = earningRow(visitor, id);
    const button = row.getByTestId("claim");
    await button.waitFor();
    expect(await button.innerText()).to.equal(en.me.claim(format.ether(amount)));
    const [before, sent] = [await wallet.balance, wallet.sent.length];
    await button.click();
    await row.getByText(en.me.nothingDue).waitFor();
    expect(await row.getByTestId("claimed").innerText()).to.equal(format.ether(amount));
    expect(await wallet.balance).to.equal(before + amount - (await wallet.fees(sent)));
    expect(await chain.claimable(id)).to.equal(0n);
  }
});

/** Account that the server holds this browser's session for. */
async function session(visitor: Visitor): Promise<string | null> {
  const response = await visitor.context.request.get("/v1/auth/session");
  const { address } = (await response.json()) as { address: string | null };
  return address?.toLowerCase() ?? null;
}

async function untilServed(url: string): Promise<void> {
  const end = performance.now() + 15_000;
  while (!(await fetch(url)).ok) {
    if (performance.now() > end) throw new Error(`${url} was not served within 15 s`);
  }
}

async function sha256(bytes: Buffer): Promise<`0x${string}`> {
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(bytes));
  return `0x${Buffer.from(digest).toString("hex")}`;
}

/** Runs in the page: notes each phase that the job's progress shows. */
function recordPhases(): void {
  const phases: string[] = [];
  Object.assign(window, { __phases: phases });
  new MutationObserver(() => {
    const phase = document.querySelector("[data-testid=job-progress]")?.getAttribute("data-phase");
    if (phase && phases.at(-1) !== phase) phases.push(phase);
  }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-phase"] });
}

function recordedPhases(): string[] {
  return (window as unknown as { __phases: string[] }).__phases;
}
