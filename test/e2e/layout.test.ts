import { expect } from "chai";
import { publicPages } from "../../scripts/browser/pages.ts";
import { type MarketUnderTest, marketUnderTest } from "./market-under-test.ts";
import { connectWallet } from "./page-actions.ts";
import { TestWallet } from "./test-wallet.ts";
import { Visitors } from "./visitors.ts";

const PHONE = { width: 360, height: 740 };

describe("pages on a phone", () => {
  const visitors = new Visitors();
  let market: MarketUnderTest;

  before("start the market", async function () {
    this.timeout(240_000);
    market = await marketUnderTest();
    await visitors.start(market.url);
  });

  for (const locale of ["en", "zh"] as const) {
    it(`are no wider than its window, with a wallet connected (${locale})`, async function () {
      this.timeout(120_000);
      const visitor = await visitors.enter({ viewport: PHONE, wallet: new TestWallet(market.rpcUrl) });
      visitor.expectProblem(/404.*\/works\/999999999/);
      const { page } = visitor;
      await visitor.open(`/${locale}/verify`);
      await connectWallet(page);
      const wide: string[] = [];
      for (const { name, path } of await publicPages(market.url, locale)) {
        await visitor.open(path);
        await page
          .getByTestId("connect")
          .filter({ hasText: "0x" })
          .or(page.locator("[data-testid=connect] svg"))
          .first()
          .waitFor();
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        if (width > PHONE.width) wide.push(`${name}: ${width} px`);
      }
      expect(wide).to.deep.equal([]);
      await visitors.leave(visitor);
    });
  }
});
