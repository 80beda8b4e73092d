import { expect } from "chai";
import { type Hex, parseEventLogs } from "viem";
import { disputeModuleAbi } from "../../common/abi/index.ts";
import { createFormat } from "../../frontend/i18n/format.ts";
import { en, zh } from "./catalogue.ts";
import { type ChainReader, chainReader } from "./chain-reader.ts";
import { type MarketUnderTest, marketUnderTest } from "./market-under-test.ts";
import { chooseFile, connectWallet, writeOutcome } from "./page-actions.ts";
import { picture, recompressed } from "./picture.ts";
import { TestWallet } from "./test-wallet.ts";
import { type Visitor, Visitors } from "./visitors.ts";

const format = createFormat("en");
const STATEMENT = "I drew these discs first.\nThe other file is mine, saved again as JPEG.";

describe("a dispute over a copy, in a browser", function () {
  const visitors = new Visitors();
  const name = `Discs ${Date.now().toString(36)}`;
  let market: MarketUnderTest;
  let chain: ChainReader;
  let maker: Visitor;
  let copyist: Visitor;
  let makerWallet: TestWallet;
  let copyistWallet: TestWallet;
  let original: string;
  let copy: string;
  let disputeId: string;

  before("start the market", async function () {
    this.timeout(240_000);
    market = await marketUnderTest();
    chain = chainReader(market);
    await visitors.start(market.url);
    [makerWallet, copyistWallet] = [new TestWallet(market.rpcUrl), new TestWallet(market.rpcUrl)];
    for (const wallet of [makerWallet, copyistWallet]) await wallet.fund("2");
    maker = await visitors.enter({ wallet: makerWallet });
    copyist = await visitors.enter({ wallet: copyistWallet });
  });

  /** Registers a file through the page. @returns the work's id */
  async function register(
    visitor: Visitor,
    wallet: TestWallet,
    file: { name: string; mimeType: string; buffer: Buffer },
  ): Promise<string> {
    const { page } = visitor;
    await visitor.open("/en/create");
    await connectWallet(page);
    await chooseFile(page, file);
    await page.getByTestId("compared").or(page.getByText(en.create.noLookalikes)).first().waitFor();
    if (await page.getByTestId("compared").isVisible()) await page.getByTestId("compared").click();
    await page.getByTestId("title").fill(file.name);
    const sending = wallet.nextTransaction();
    await page.getByTestId("publish").click();
    const id = await chain.registeredWork(await sending);
    await page.locator(`[data-testid=published][data-work-id="${id}"]`).waitFor();
    expect((await writeOutcome(page)).phase).to.equal("indexed");
    return id;
  }

  const card = (visitor: Visitor) => visitor.page.locator(`[data-testid=dispute][data-dispute-id="${disputeId}"]`);

  it("begins with a copy that was registered after its original", async () => {
    const png = await picture(name);
    original = await register(maker, makerWallet, { name: `${name}.png`, mimeType: "image/png", buffer: png });
    const jpeg = await recompressed(png);
    copy = await register(copyist, copyistWallet, { name: "Found discs.jpg", mimeType: "image/jpeg", buffer: jpeg });
  });

  it("is opened with a claim, a bond and a statement, and not when the wallet refuses", async () => {
    const { page } = maker;
    await maker.open(`/en/works/${copy}`);
    await page.getByText(en.dispute.none).waitFor();
    await page.getByTestId("open-dispute").click();
    const form = page.getByTestId("dispute-form");
    const submit = form.getByTestId("submit-dispute");
    await form.getByTestId("claim-near-duplicate").check();
    const text = /\d/;
    await submit.filter({ hasText: text }).waitFor();

    await submit.click();
    await form.getByText(en.dispute.invalid.otherWork).waitFor();
    await form.getByTestId("other-work").fill(`${market.url}/en/works/${original}`);
    await form.getByRole("link", { name: `${name}.png` }).waitFor();
    await form.getByTestId("lien").fill("50");
    await form.getByTestId("statement").fill(STATEMENT);

    makerWallet.refuseNext("eth_sendTransaction");
    await submit.click();
    expect(await writeOutcome(form)).to.deep.equal({ phase: "refused", text: en.transaction.refused });

    const [before, sent] = [await makerWallet.balance, makerWallet.sent.length];
    const sending = makerWallet.nextTransaction();
    await submit.click();
    const { bond, disputeId: opened, effects } = await openedBy(await sending);
    disputeId = opened.toString();
    const done = page.locator(`[data-testid=dispute-opened][data-dispute-id="${disputeId}"]`);
    await done.getByText(en.dispute.statementNamed).waitFor();
    expect(effects).to.equal(3);
    expect(makerWallet.sent.length - sent).to.equal(2);
    expect(await makerWallet.balance).to.equal(before - bond - (await makerWallet.fees(sent)));

    await card(maker).waitFor();
    expect(await card(maker).getAttribute("data-status")).to.equal("opened");
    expect(await card(maker).innerText())
      .to.contain(format.ether(bond))
      .and.to.contain(en.dispute.effects.lien);
  });

  it("is told on both works' pages, in both languages, with the statement checked against its hash", async () => {
    const reader = await visitors.enter();
    const { page } = reader;
    await reader.open(`/zh/works/${copy}`);
    await page.getByTestId("dispute-notice").getByText(zh.dispute.running(1)).waitFor();
    expect(await card(reader).innerText()).to.contain(zh.dispute.claims["near-duplicate"].told);
    expect(await card(reader).getByTestId("dispute-answer").count()).to.equal(0);

    await reader.open(`/en/works/${original}`);
    expect(await page.getByTestId("dispute-notice").count()).to.equal(0);
    await card(reader).getByRole("link", { name: "Found discs.jpg" }).waitFor();
    await card(reader).getByTestId("read-statement").click();
    await card(reader).getByText("I drew these discs first.").waitFor();
    await visitors.leave(reader);
  });

  it("is answered by the work's owner with the same bond, and then brought before the arbitrator by anybody", async () => {
    const { page } = copyist;
    await copyist.open(`/en/works/${copy}`);
    const { bond } = await record();
    const answer = card(copyist).getByTestId("dispute-answer");
    expect(await answer.innerText()).to.equal(en.dispute.answer(format.ether(bond)));
    const [before, sent] = [await copyistWallet.balance, copyistWallet.sent.length];
    await answer.click();
    await page.locator("[data-testid=dispute][data-status=answered]").waitFor();
    expect(await copyistWallet.balance).to.equal(before - bond - (await copyistWallet.fees(sent)));
    expect((await record()).respondent).to.equal(copyistWallet.account.address);

    await card(copyist).getByTestId("dispute-speak").click();
    const statement = card(copyist).getByTestId("statement-form");
    await statement.getByTestId("statement").fill("I found it on a wall.");
    await statement.getByTestId("submit-statement").click();
    expect((await writeOutcome(statement)).phase).to.equal("indexed");
    await card(copyist).getByTestId("exhibit").nth(1).waitFor();

    await maker.open(`/en/works/${copy}`);
    await card(maker).getByTestId("dispute-startArbitration").click();
    await maker.page.locator("[data-testid=dispute][data-status=arbitrating]").waitFor();
    expect((await record()).status).to.equal(3);
  });

  async function openedBy(hash: Hex) {
    const { logs } = await chain.client.waitForTransactionReceipt({ hash });
    const [event] = parseEventLogs({ abi: disputeModuleAbi, eventName: "DisputeOpened", logs });
    if (!event) throw new Error("no dispute was opened");
    return event.args;
  }

  const record = () =>
    chain.client.readContract({
      address: market.deployment.contracts.DisputeModule as Hex,
      abi: disputeModuleAbi,
      functionName: "disputeOf",
      args: [BigInt(disputeId)],
    });
});
