import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { type PageEntry, publicPages } from "../../scripts/browser/pages.ts";
import { en } from "./catalogue.ts";
import { marketUnderTest } from "./market-under-test.ts";
import { connectWallet } from "./page-actions.ts";
import { TestWallet } from "./test-wallet.ts";
import { type Visitor, Visitors } from "./visitors.ts";

/** Each page is opened anew in each theme: parts out of view keep the colors they were first drawn with. */
const THEMES = ["light", "dark"] as const;

describe("accessibility: axe finds nothing, in both themes", () => {
  const visitors = new Visitors();
  let pages: PageEntry[];
  let reader: Visitor;
  let owner: Visitor;

  before("start the market", async function () {
    this.timeout(240_000);
    const market = await marketUnderTest();
    await visitors.start(market.url);
    pages = await publicPages(market.url, "en");
    reader = await visitors.enter();
    const wallet = new TestWallet(market.rpcUrl);
    owner = await visitors.enter({ wallet });
  });

  it("on every public page", async function () {
    this.timeout(180_000);
    const found: string[] = [];
    for (const colorScheme of THEMES) {
      await reader.page.emulateMedia({ colorScheme });
      for (const { name, path } of pages) {
        if (name === "not-found") reader.expectProblem(/404/);
        await reader.open(path);
        found.push(...(await violations(reader.page, `${name}, ${colorScheme}`)));
      }
    }
    expect(found).to.deep.equal([]);
  });

  it("in the wallet menu, and on the desk, the create page and a dispute's form of a connected wallet", async function () {
    this.timeout(120_000);
    const { page } = owner;
    const found: string[] = [];
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      await owner.open("/en/me");
      await page.getByTestId("connect").click();
      await page.getByTestId("wallet-option").first().waitFor();
      found.push(...(await violations(page, `wallet menu, ${colorScheme}`)));
      await page.getByRole("button", { name: en.state.close }).click();
      await connectWallet(page);
      await page.getByRole("heading", { name: en.me.licenses }).waitFor();
      found.push(...(await violations(page, `me, ${colorScheme}`)));
      for (const mode of ["upload", "generate"]) {
        await owner.open(`/en/create?mode=${mode}`);
        await page.locator("[data-testid=upload-input], [data-testid=generate]").first().waitFor({ state: "attached" });
        found.push(...(await violations(page, `create, ${mode}, ${colorScheme}`)));
      }
      await owner.open(pages.find(({ name }) => name === "work-image")?.path ?? "");
      await page.getByTestId("open-dispute").click();
      await page.getByTestId("submit-dispute").filter({ hasText: /\d/ }).waitFor();
      found.push(...(await violations(page, `dispute's form, ${colorScheme}`)));
      await page.getByTestId("connect").click();
      await page.getByTestId("disconnect").click();
      await page.getByTestId("connect").filter({ hasText: en.account.connect }).waitFor();
    }
    expect(found).to.deep.equal([]);
  });
});

/** Violations of a page as it stands, each as one line with its first element. */
async function violations(page: Page, name: string): Promise<string[]> {
  await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
  // Pages hold no frames (the policy forbids them), so axe needs no page of its own to gather frames' results in.
  const result = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return result.violations.map(({ id, nodes }) => `${name}: ${id} x${nodes.length}: ${nodes[0]?.html.slice(0, 160)}`);
}
