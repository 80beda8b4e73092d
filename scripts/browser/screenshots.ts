// Pictures of every page: both languages, both themes, wide and narrow.
// usage: npm run -s screenshots -- --out DIR [--url URL] [--only NAME] [--quick]     (--quick: English, light and dark, wide)
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { chromium } from "playwright-core";
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
        for (const { name, path: where } of pages) {
          if (only && name !== only) continue;
          await page.goto(url + where, { waitUntil: "networkidle" });
          await settle(page);
          const file = path.join(out, `${name}-${locale}-${colorScheme}-${size}.png`);
          await page.screenshot({ path: file, fullPage: name !== "discover" && size === "wide" });
          console.error(file);
          count++;
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
async function settle(page: import("playwright-core").Page): Promise<void> {
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
