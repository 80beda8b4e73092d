/** What people do on the dapp's pages, by the marks that the pages carry for tests. */
import type { Locator, Page } from "playwright-core";
import { WALLET_NAME } from "./test-wallet.ts";

/** Opens the wallet menu and chooses a wallet by its name; resolves once the page shows the account. */
export async function connectWallet(page: Page, name: string = WALLET_NAME): Promise<void> {
  await page.getByTestId("connect").click();
  await page.getByTestId("wallet-option").filter({ hasText: name }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
}

/** Gives the page's file field a file. */
export async function chooseFile(page: Page, file: { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
  await page.getByTestId("upload-input").setInputFiles(file);
}

/** Phases in which a write has come to an end. */
const ENDS = ["indexed", "refused", "reverted", "failed", "replaced"] as const;

/** Waits until the write shown in `scope` has ended. @returns its phase and the sentence that the page shows */
export async function writeOutcome(scope: Page | Locator): Promise<{ phase: (typeof ENDS)[number]; text: string }> {
  const status = scope
    .locator(ENDS.map((phase) => `[data-testid=transaction][data-phase=${phase}]`).join(", "))
    .first();
  await status.waitFor({ state: "attached" });
  return {
    phase: (await status.getAttribute("data-phase")) as (typeof ENDS)[number],
    text: (await status.innerText()).trim(),
  };
}
