/** People in real browsers: each has a context of their own, and whatever goes wrong on their pages fails the test. */
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { CHROMIUM_ARGS, chromiumPath } from "../../scripts/browser/chromium.ts";
import type { Test } from "mocha";
import type { TestWallet } from "./test-wallet.ts";

/** One person: a context, its first page, and what went wrong on any of its pages. */
export class Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly #origin: string;
  readonly #problems: string[];
  readonly #expected: RegExp[] = [];

  private constructor(context: BrowserContext, page: Page, origin: string, problems: string[]) {
    this.context = context;
    this.page = page;
    this.#origin = origin;
    this.#problems = problems;
  }

  /** Opens a context that records page errors, console errors, policy violations and failed requests to our origin. */
  static async enter(
    browser: Browser,
    origin: string,
    options: BrowserContextOptions & { wallet?: TestWallet } = {},
  ): Promise<Visitor> {
    const { wallet, ...contextOptions } = options;
    const context = await browser.newContext({ baseURL: origin, reducedMotion: "reduce", ...contextOptions });
    const problems: string[] = [];
    context.on("weberror", (event) => problems.push(`page error: ${event.error().stack ?? event.error().message}`));
    context.on("console", (message) => {
      if (message.type() === "error") problems.push(`console: ${message.text()} (${message.location().url})`);
    });
    context.on("response", (response) => {
      if (response.status() < 400 || !response.url().startsWith(origin)) return;
      problems.push(`status ${response.status()}: ${response.request().method()} ${response.url()}`);
    });
    context.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText ?? "unknown";
      // A page that is left ends the requests it still had.
      if (!request.url().startsWith(origin) || reason === "net::ERR_ABORTED") return;
      problems.push(`request failed: ${request.method()} ${request.url()}: ${reason}`);
    });
    if (contextOptions.javaScriptEnabled !== false) {
      await context.exposeBinding("__policyViolation", (_, violation: string) => {
        problems.push(`content security policy: ${violation}`);
      });
      await context.addInitScript(() => {
        document.addEventListener("securitypolicyviolation", (event) => {
          const report = window as unknown as { __policyViolation: (violation: string) => void };
          report.__policyViolation(`${event.violatedDirective} refused ${event.blockedURI}`);
        });
      });
      await wallet?.install(context);
    }
    const page = await context.newPage();
    return new Visitor(context, page, origin, problems);
  }

  /** Names a problem that this visitor causes on purpose. */
  expectProblem(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  /** Unexpected problems since the last call. */
  takeProblems(): string[] {
    return this.#problems.splice(0).filter((problem) => !this.#expected.some((pattern) => pattern.test(problem)));
  }

  /** Opens a page of the dapp and waits until the browser has taken it over from the server. */
  async open(where: string, page: Page = this.page): Promise<void> {
    await page.goto(this.#origin + where, { waitUntil: "load" });
    await page.waitForFunction(hydrated);
  }
}

/** Runs in the page: true once React holds the wallet button, so that a press is heard. */
function hydrated(): boolean {
  const button = document.querySelector("[data-testid=connect]");
  return button !== null && Object.keys(button).some((key) => key.startsWith("__reactProps"));
}

/** A browser for one suite, its visitors, and the rule that nothing may go wrong on any page. Call inside `describe`. */
export class Visitors {
  #browser: Browser | null = null;
  #origin = "";
  #here: Visitor[] = [];

  constructor() {
    const check = (test: Test | undefined) => this.#check(test);
    afterEach("nothing went wrong on any page", async function () {
      await check(this.currentTest);
    });
    after("close the browser", async () => {
      await this.#browser?.close();
    });
  }

  /** Starts the browser. @param origin of the dapp, no slash at the end */
  async start(origin: string): Promise<void> {
    this.#origin = origin;
    this.#browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_ARGS });
  }

  /** A new person with an empty browser. */
  async enter(options: BrowserContextOptions & { wallet?: TestWallet } = {}): Promise<Visitor> {
    if (!this.#browser) throw new Error("the browser was not started");
    const visitor = await Visitor.enter(this.#browser, this.#origin, options);
    this.#here.push(visitor);
    return visitor;
  }

  /** The person leaves; their problems still count. */
  async leave(visitor: Visitor): Promise<void> {
    await visitor.context.close();
  }

  /** @throws AssertionError naming every unexpected problem since the last test */
  async #check(test: Test | undefined): Promise<void> {
    if (test?.state === "failed") await this.#photograph(test.fullTitle());
    const problems = this.#here.flatMap((visitor) => visitor.takeProblems());
    expect(problems, `problems on the pages of: ${test?.title}`).to.deep.equal([]);
  }

  /** Pictures of all open pages after a failure. */
  async #photograph(title: string): Promise<void> {
    const folder = path.join(tmpdir(), "colophon-e2e");
    await mkdir(folder, { recursive: true });
    const name = title.replaceAll(/[^a-z0-9]+/gi, "-").slice(0, 80);
    const pages = this.#here.flatMap((visitor) => visitor.context.pages());
    for (const [index, page] of pages.entries()) {
      const file = path.join(folder, `${name}-${index}.png`);
      await page.screenshot({ path: file, fullPage: true, timeout: 5000 });
      console.log(`      picture of ${page.url()}: ${file}`);
    }
  }
}
