import { expect } from "chai";
import { mnemonicToAccount } from "viem/accounts";
import type { Shelf, WorkDetail } from "../../common/api/schemas.ts";
import { DEV_MNEMONIC, DEV_WALLETS, type DevRole } from "../../common/dev-wallets.ts";
import { en, zh } from "./catalogue.ts";
import { type MarketUnderTest, marketUnderTest } from "./market-under-test.ts";
import { Visitors } from "./visitors.ts";

const CREATORS = ["creator-1", "creator-2", "creator-3", "creator-4", "creator-5", "creator-6"] as const;

/** Address of a built-in wallet, lower case. */
function addressOf(role: DevRole): string {
  const addressIndex = DEV_WALLETS.find((wallet) => wallet.role === role)?.index;
  return mnemonicToAccount(DEV_MNEMONIC, { addressIndex }).address.toLowerCase();
}

describe("discover, in both languages, with and without scripts", () => {
  const visitors = new Visitors();
  let market: MarketUnderTest;
  let shelves: Shelf[];

  before("start the market", async function () {
    this.timeout(240_000);
    market = await marketUnderTest();
    await visitors.start(market.url);
    shelves = await read<Shelf[]>("/v1/shelves");
    expect(shelves.length).to.be.at.least(3);
  });

  async function read<T>(path: string): Promise<T> {
    const response = await fetch(market.url + path);
    expect(response.status, path).to.equal(200);
    return ((await response.json()) as { data: T }).data;
  }

  it("shows shelves of works, each with a reason whose evidence is a transaction on chain", async () => {
    const visitor = await visitors.enter();
    const { page } = visitor;
    await visitor.open("/en");
    const headings = await page.getByTestId("shelf").getByRole("heading", { level: 2 }).allTextContents();
    expect(headings).to.deep.equal(shelves.map(({ id }) => en.discover.shelves[id].title));
    const tiles = page.getByTestId("shelf").first().getByTestId("work-tile");
    expect(await tiles.count()).to.equal(shelves[0]?.items.length);
    for (const tile of await page.getByTestId("work-tile").all())
      expect(await tile.getByTestId("why").count()).to.equal(1);

    await tiles.first().getByTestId("why").click();
    const why = page.getByRole("dialog", { name: en.why.title });
    await why.waitFor();
    const evidence = shelves[0]?.items[0]?.reasons.flatMap((reason) => reason.evidence)[0];
    if (!evidence) throw new Error("the first work's reasons cite nothing");
    const link = why.getByRole("link", { name: en.why.evidence(evidence.event, evidence.block), exact: true }).first();
    await link.click();
    await page.getByRole("heading", { level: 1, name: en.tx.title }).waitFor();
    expect(new URL(page.url()).pathname).to.equal(`/en/tx/${evidence.tx}`);
    await page.getByText(en.tx.success).waitFor();
    await page
      .getByRole("heading", { level: 3, name: new RegExp(`^${evidence.event}\\b`) })
      .first()
      .waitFor();
    await visitors.leave(visitor);
  });

  it("gives a holder of licenses a shelf of their own, for reasons of their own", async () => {
    const personal = await read<Shelf[]>(`/v1/shelves?for=${addressOf("buyer-1")}`);
    const item = personal
      .find(({ id }) => id === "for-you")
      ?.items.find(({ reasons }) => reasons.some(({ code }) => code === "creator-affinity"));
    const affinity = item?.reasons.find(({ code }) => code === "creator-affinity");
    if (!item || !affinity) throw new Error("buyer 1 holds licenses, but nothing is shown because of their makers");

    const visitor = await visitors.enter();
    const { page } = visitor;
    await visitor.open("/en");
    await page.getByTestId("connect").click();
    await page
      .getByTestId("wallet-option")
      .filter({ hasText: en.account.roles.buyer("1") })
      .click();
    await page.getByTestId("dev-wallet-approve").click();
    const shelf = page.getByRole("region", { name: en.discover.shelves["for-you"].title });
    await shelf.getByRole("button", { name: en.why.button(item.work.title) }).click();
    const maker = CREATORS.find((role) => addressOf(role) === affinity.params.creator)?.slice("creator-".length) ?? "";
    const sentence = en.why.reasons["creator-affinity"]({
      creator: en.account.roles.creator(maker),
      licenses: Number(affinity.params.licenses),
    });
    expect(await page.getByRole("dialog", { name: en.why.title }).innerText()).to.contain(sentence);
    await visitors.leave(visitor);
  });

  it("is a whole page in the served HTML, titles and reasons' works included, before any script runs", async () => {
    const titles = shelves.flatMap(({ items }) => items.map(({ work }) => work.title));
    const visitor = await visitors.enter({ javaScriptEnabled: false, locale: "en-GB" });
    const { page } = visitor;
    // What a browser without scripts calls not loading one.
    visitor.expectProblem(/^request failed: GET \S+\.js: csp$/);
    await page.goto("/en");
    const shown = await page.getByTestId("work-tile").getByRole("heading").allTextContents();
    expect(shown).to.deep.equal(titles);

    const id = shelves[0]?.items[0]?.work.id ?? "";
    const work = await read<WorkDetail>(`/v1/works/${id}`);
    await page.goto(`/en/works/${id}`);
    expect(await page.getByRole("heading", { level: 1 }).innerText()).to.equal(work.title);
    expect(await page.title()).to.contain(work.title);
    expect(await page.locator("body").innerText()).to.contain(work.contentHash);
    await visitors.leave(visitor);
  });

  it("speaks Chinese: in the served HTML, by the reader's browser, and by the switch, which keeps the page", async () => {
    const html = await (await fetch(`${market.url}/zh`)).text();
    expect(html).to.match(/<html[^>]* lang="zh-Hans"/);
    expect(html).to.contain(zh.discover.lead).and.to.contain(zh.nav.network);
    expect(html).to.not.contain(en.discover.lead);

    const reader = await visitors.enter({ locale: "zh-CN" });
    await reader.open("/");
    expect(await reader.page.locator("html").getAttribute("lang")).to.equal("zh-Hans");
    expect(await reader.page.getByRole("heading", { level: 1 }).innerText()).to.equal(zh.discover.title);
    await visitors.leave(reader);

    const id = shelves[0]?.items[0]?.work.id ?? "";
    const visitor = await visitors.enter({ locale: "en-GB" });
    const { page } = visitor;
    await visitor.open(`/en/works/${id}`);
    const title = await page.getByRole("heading", { level: 1 }).innerText();
    await page.getByRole("link", { name: en.site.switchLanguage }).click();
    await page.waitForURL(`**/zh/works/${id}`);
    expect(await page.locator("html").getAttribute("lang")).to.equal("zh-Hans");
    expect(await page.getByRole("heading", { level: 1 }).innerText()).to.equal(title);
    await page.getByRole("heading", { name: zh.work.provenance }).waitFor();
    await page.getByRole("link", { name: zh.nav.trends }).click();
    await page.getByRole("heading", { level: 1, name: zh.trends.title }).waitFor();
    expect(new URL(page.url()).pathname).to.equal("/zh/trends");
    await visitors.leave(visitor);
  });

  it("remembers the theme that the reader chose", async () => {
    const visitor = await visitors.enter({ colorScheme: "light" });
    const { page } = visitor;
    await visitor.open("/en");
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    await page.getByRole("button", { name: en.site.theme.toDark }).click();
    await page.waitForFunction(
      (before) => getComputedStyle(document.documentElement).backgroundColor !== before,
      light,
    );
    const dark = await ground();
    await visitor.open("/en/verify");
    expect(await ground()).to.equal(dark);
    await page.getByRole("button", { name: en.site.theme.toLight }).click();
    await page.waitForFunction(
      (before) => getComputedStyle(document.documentElement).backgroundColor === before,
      light,
    );
    await visitors.leave(visitor);
  });
});
