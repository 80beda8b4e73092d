import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

/** Flags that keep a headless Chromium quiet and off the network. */
export const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Path of a Chromium: `CHROMIUM`, a system one, or Playwright's; throws where there is none. Same search as setup.mjs. */
export function chromiumPath(): string {
  const named = [
    process.env.CHROMIUM,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    chromium.executablePath(),
  ].find((file) => file && existsSync(file));
  if (!named)
    throw new Error("No Chromium found: run `npm test` once, which installs one, or set CHROMIUM to its path.");
  return named;
}
