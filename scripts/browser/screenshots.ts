// Pictures of every page: both languages, both themes, wide and narrow; on a local chain also what a connected maker sees.
// usage: npm run -s screenshots -- --out DIR [--url URL] [--only NAME] [--quick]     (--quick: English, light and dark, wide)
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { chromium, type Page } from "playwright-core";
import { DEV_WALLETS } from "../../common/dev-wallets.ts";
import { CHROMIUM_ARGS, chromiumPath } from "./chromium.ts";
import { marketUrl, publicPages } from "./pages.ts";

const args = process.argv.slice(2);
const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
const out = option("--out");
if (!out) {
  console.error("usage: npm run -s screenshots -- --out DIR [--url URL] [--only NAME] [--quick]");
  process.exit(2);
}
const only = option("--only");
const quick = args.includes("--quick");
const url = await marketUrl(args);
await mkdir(out, { recursive: true });
const { local } = (await (await fetch(`${url}/config.json`)).json()) as { local: boolean };
/** Place of a built-in wallet that sold something, in the wallet menu. */
const MAKER = DEV_WALLETS.findIndex((wallet) => wallet.role === "creator-1");

const WIDTHS = { wide: { width: 1440, height: 1000 }, narrow: { width: 390, height: 844 } } as const;
const browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_ARGS });
let count = 0;
try {
  for (const locale of quick ? (["en"] as const) : (["en", "zh"] as const)) {
    const pages = await publicPages(url, locale);
    for (const colorScheme of ["light", "dark"] as const) {
      for (const [size, viewport] of Object.entries(WIDTHS).slice(0, quick ? 1 : 2)) {
        const context = await browser.newContext({
          viewport,
          colorScheme,
          deviceScaleFactor: 1,
          reducedMotion: "reduce",
        });
        const page = await context.newPage();
        const photograph = async (name: string) => {
          const fullPage = name !== "discover" && size === "wide";
          if (fullPage) await showAll(page);
          await settle(page);
          const file = path.join(out, `${name}-${locale}-${colorScheme}-${size}.png`);
          await page.screenshot({ path: file, fullPage });
          console.error(file);
          count++;
        };
        for (const { name, path: where } of pages) {
          if (only && name !== only) continue;
          await page.goto(url + where, { waitUntil: "networkidle" });
          await photograph(name);
        }
        if (local && (!only || only === "connected")) {
          await page.goto(`${url}/${locale}/me`, { waitUntil: "networkidle" });
          await page.getByTestId("connect").click();
          await page.getByTestId("wallet-option").first().waitFor();
          await photograph("wallet-menu");
          await page.getByTestId("wallet-option").nth(MAKER).click();
          await page.getByTestId("dev-wallet-approve").waitFor();
          await photograph("wallet-asks");
          await page.getByTestId("dev-wallet-approve").click();
          await page.getByTestId("earning-row").first().waitFor();
          await photograph("me-connected");
          await page.goto(`${url}/${locale}/create?mode=generate`, { waitUntil: "networkidle" });
          await page.getByTestId("generate").waitFor();
          await photograph("create-generate");
        }
        await context.close();
      }
    }
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify({ out, screenshots: count }));

/** Waits until every picture in view is drawn and no skeleton is left. */
async function settle(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      !document.querySelector("[aria-busy=true]") &&
      [...document.images].every(
        (image) => image.complete || image.getBoundingClientRect().top > window.innerHeight * 1.5,
      ),
    null,
    { timeout: 15_000 },
  );
}

/** Scrolls through the page, so that pictures below the window are loaded too. */
async function showAll(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let top = 0; top < document.body.scrollHeight; top += window.innerHeight) {
      window.scrollTo(0, top);
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    }
    window.scrollTo(0, 0);
  });
  await page.waitForFunction(() => [...document.images].every((image) => image.complete), null, { timeout: 15_000 });
}
