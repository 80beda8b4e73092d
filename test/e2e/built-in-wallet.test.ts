import { expect } from "chai";
import { mnemonicToAccount } from "viem/accounts";
import type { WorkCard } from "../../common/api/schemas.ts";
import { DEV_MNEMONIC, DEV_WALLETS } from "../../common/dev-wallets.ts";
import { createFormat } from "../../frontend/i18n/format.ts";
import { en } from "./catalogue.ts";
import { chainReader } from "./chain-reader.ts";
import { type MarketUnderTest, marketUnderTest } from "./market-under-test.ts";
import { writeOutcome } from "./page-actions.ts";
import { Visitors } from "./visitors.ts";

const format = createFormat("en");

describe("a built-in wallet of the local chain", () => {
  const visitors = new Visitors();
  const role = "guest-creator";
  const addressIndex = DEV_WALLETS.find((wallet) => wallet.role === role)?.index;
  const { address } = mnemonicToAccount(DEV_MNEMONIC, { addressIndex });
  let market: MarketUnderTest;

  before("start the market", async function () {
    this.timeout(240_000);
    market = await marketUnderTest();
    await visitors.start(market.url);
  });

  it("asks in plain words before it connects and before it pays, and takes no for an answer", async () => {
    const works = (await (await fetch(`${market.url}/v1/works?limit=100`)).json()) as { data: WorkCard[] };
    const work = works.data.find(
      ({ price, owner }) => BigInt(price ?? 0) > 0n && owner.toLowerCase() !== address.toLowerCase(),
    );
    if (!work?.price) throw new Error("no work is for sale");
    const chain = chainReader(market);
    const visitor = await visitors.enter();
    const { page } = visitor;
    const wallet = page.getByTestId("dev-wallet");
    const words = en.wallet.devConfirm;

    await visitor.open(`/en/works/${work.id}`);
    await page.getByTestId("connect").click();
    await page.getByTestId("wallet-option").filter({ hasText: en.account.roles[role] }).click();
    await wallet.getByRole("heading", { name: words.connect }).waitFor();
    expect(await wallet.innerText()).to.contain(address);
    await page.getByTestId("dev-wallet-reject").click();
    expect(await page.getByTestId("wallet-problem").innerText()).to.equal(en.wallet.refused);
    await page.getByTestId("wallet-option").filter({ hasText: en.account.roles[role] }).click();
    await page.getByTestId("dev-wallet-approve").click();
    await page.getByTestId("connect").filter({ hasText: en.account.roles[role] }).waitFor();

    await page.getByTestId("buy").click();
    await wallet.getByRole("heading", { name: words.send }).waitFor();
    const question = await wallet.innerText();
    for (const part of [en.transaction.labels.buy, "LicenseToken", format.ether(work.price), address]) {
      expect(question).to.contain(part);
    }
    await page.getByTestId("dev-wallet-reject").click();
    expect(await writeOutcome(page)).to.deep.equal({ phase: "refused", text: en.transaction.refused });

    const before = await chain.client.getBalance({ address });
    await page.getByTestId("buy").click();
    await page.getByTestId("dev-wallet-approve").click();
    const said = await page.getByTestId("bought").innerText();
    const licenseId = /\d+/.exec(said)?.[0] ?? "";
    expect(said).to.equal(en.work.bought(licenseId));
    expect(await chain.licenseHolder(licenseId)).to.equal(address);
    const paid = before - (await chain.client.getBalance({ address }));
    expect(paid >= BigInt(work.price) && paid < BigInt(work.price) + 10n ** 16n, `paid ${paid}`).to.equal(true);

    // The next page knows the wallet still, and the desk shows what it holds.
    await visitor.open("/en/me");
    await page
      .getByTestId("license-row")
      .filter({ hasText: en.me.licenseNumber(licenseId) })
      .first()
      .waitFor();
    await visitors.leave(visitor);
  });
});
