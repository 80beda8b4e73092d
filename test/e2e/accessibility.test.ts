import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { type PageEntry, publicPages } from "../../scripts/browser/pages.ts";
import { en } from "./catalogue.ts";
import { marketUnderTest } from "./market-under-test.ts";
import { connectWallet } from "./page-actions.ts";
import { TestWallet } from "./test-wallet.ts";
import { type Visitor, Visitors } from "./visitors.ts";

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
    for (const { name, path } of pages) {
      if (name === "not-found") reader.expectProblem(/404/);
      await reader.open(path);
      found.push(...(await violations(reader.page, name)));
    }
    expect(found).to.deep.equal([]);
  });

  it("in the wallet menu, and on the desk and the create page of a connected wallet", async function () {
    this.timeout(120_000);
    const { page } = owner;
    await owner.open("/en/me");
    await page.getByTestId("connect").click();
    await page.getByTestId("wallet-option").first().waitFor();
    const found = await violations(page, "wallet menu");
    await page.getByRole("button", { name: en.state.close }).click();
    await connectWallet(page);
    await page.getByRole("heading", { name: en.me.licenses }).waitFor();
    found.push(...(await violations(page, "me")));
    for (const mode of ["upload", "generate"]) {
      await owner.open(`/en/create?mode=${mode}`);
      await page.locator("[data-testid=upload-input], [data-testid=generate]").first().waitFor({ state: "attached" });
      found.push(...(await violations(page, `create, ${mode}`)));
    }
    expect(found).to.deep.equal([]);
  });
});

/** Violations of a page in both themes, each as one line with its first element. */
async function violations(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
    // Pages hold no frames (the policy forbids them), so axe needs no page of its own to gather frames' results in.
    const result = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    for (const { id, nodes } of result.violations) {
      found.push(`${name}, ${colorScheme}: ${id} x${nodes.length}: ${nodes[0]?.html.slice(0, 160)}`);
    }
  }
  return found;
}
