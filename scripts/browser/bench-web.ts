// What the dapp weighs and how fast it paints, on a phone-like connection and processor, and what axe finds.
// usage: npm run -s bench:web [-- --json] [--url URL] [--runs N]
// JSON: {initialJsGzip, lcpMs, cls, axeViolations, pages:[{name, path, lcpMs, cls, initialJsGzip, axeViolations}]}
// Phone: 412 px wide, 150 ms round trips, 1.6 Mbit/s down, processor slowed 4 times; median of N cold loads.
import { gzipSync } from "node:zlib";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, chromium, type Page } from "playwright-core";
import { CHROMIUM_ARGS, chromiumPath } from "./chromium.ts";
import { marketUrl, publicPages } from "./pages.ts";
import { startTemporaryStack } from "../stack/temporary.ts";

type PageFigures = {
  name: string;
  path: string;
  lcpMs: number;
  cls: number;
  initialJsGzip: number;
  axeViolations: number;
};

const args = process.argv.slice(2);
const runs = args.includes("--runs") ? Number(args[args.indexOf("--runs") + 1]) : 3;
const temporary = await marketUrl(args).then(
  () => null,
  () => startTemporaryStack({ seed: true, dapp: true }),
);
const url = temporary?.url ?? (await marketUrl(args));
const browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_ARGS });
try {
  const pages: PageFigures[] = [];
  for (const { name, path } of await publicPages(url, "en")) {
    const loads: Awaited<ReturnType<typeof load>>[] = [];
    const count = name === "discover" || name.startsWith("work-") ? runs : 1;
    for (let i = 0; i < count; i++) loads.push(await load(browser, url + path));
    const violations = await axe(browser, url + path);
    const figures = {
      name,
      path,
      lcpMs: Math.round(median(loads.map((l) => l.lcpMs))),
      cls: Math.round(median(loads.map((l) => l.cls)) * 10_000) / 10_000,
      initialJsGzip: loads[0]?.initialJsGzip ?? 0,
      axeViolations: violations,
    };
    console.error(JSON.stringify(figures));
    pages.push(figures);
  }
  const discover = pages[0];
  if (!discover) throw new Error("no pages");
  const result = {
    initialJsGzip: discover.initialJsGzip,
    lcpMs: discover.lcpMs,
    cls: Math.max(...pages.map((page) => page.cls)),
    axeViolations: pages.reduce((sum, page) => sum + page.axeViolations, 0),
    pages,
  };
  console.log(JSON.stringify(result));
} finally {
  await browser.close();
  await temporary?.stop();
}

/** One cold load as a phone sees it. */
async function load(browser: Browser, address: string): Promise<{ lcpMs: number; cls: number; initialJsGzip: number }> {
  const context = await browser.newContext({
    viewport: { width: 412, height: 823 },
    deviceScaleFactor: 1.75,
    isMobile: true,
  });
  try {
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send("Network.enable");
    await cdp.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 150,
      downloadThroughput: (1.6 * 1024 * 1024) / 8,
      uploadThroughput: (0.75 * 1024 * 1024) / 8,
    });
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    const scripts: Promise<Buffer>[] = [];
    let loaded = false;
    page.on("load", () => {
      loaded = true;
    });
    page.on("response", (response) => {
      if (!loaded && response.request().resourceType() === "script") scripts.push(response.body());
    });
    await page.goto(address, { waitUntil: "load" });
    await page.waitForLoadState("networkidle");
    const vitals = await paintFigures(page);
    const bodies = await Promise.all(scripts);
    return { ...vitals, initialJsGzip: bodies.reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0) };
  } finally {
    await context.close();
  }
}

/** Largest contentful paint (ms) and cumulative layout shift so far, from the browser's own entries. */
async function paintFigures(page: Page): Promise<{ lcpMs: number; cls: number }> {
  return page.evaluate(
    () =>
      new Promise<{ lcpMs: number; cls: number }>((resolve) => {
        let lcpMs = 0;
        let cls = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) lcpMs = entry.startTime;
        }).observe({ type: "largest-contentful-paint", buffered: true });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
            if (!entry.hadRecentInput) cls += entry.value;
          }
        }).observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve({ lcpMs, cls }), 500);
      }),
  );
}

/** Number of axe violations of a page, both themes together. */
async function axe(browser: Browser, address: string): Promise<number> {
  let count = 0;
  for (const colorScheme of ["light", "dark"] as const) {
    const context = await browser.newContext({ colorScheme, reducedMotion: "reduce" });
    const page = await context.newPage();
    await page.goto(address, { waitUntil: "networkidle" });
    const { violations } = await new AxeBuilder({ page }).analyze();
    for (const violation of violations)
      console.error(`axe ${address} (${colorScheme}): ${violation.id} x${violation.nodes.length}`);
    count += violations.length;
    await context.close();
  }
  return count;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
