// First step of `npm start` and `npm test`: installs what is missing and says so. Plain JavaScript for Node >= 18, no
// dependency, because on a bare clone nothing else can run yet.
// usage: node scripts/setup.mjs [--tests]     (--tests also looks for a browser)
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "..");
const MODULES = path.join(ROOT, "node_modules");
const STAMP = path.join(MODULES, ".colophon-install");

const lock = createHash("sha256")
  .update(readFileSync(path.join(ROOT, "package-lock.json")))
  .digest("hex");
const stamp = existsSync(STAMP) ? readFileSync(STAMP, "utf8") : "";

if (stamp !== `${lock} ${process.platform}-${process.arch}`) {
  say("installing the locked dependencies (npm ci; about a minute, once)");
  // Under npm its own script is known; typed by hand, npm is looked up on the path.
  const npm = process.env.npm_execpath;
  const program = npm ? process.execPath : process.platform === "win32" ? "npm.cmd" : "npm";
  const args = [...(npm ? [npm] : []), "ci", "--no-audit", "--no-fund", "--loglevel", "error"];
  const result = spawnSync(program, args, {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    shell: !npm && process.platform === "win32",
  });
  if (result.status !== 0) {
    say("the install failed. Check the network and run the same command again.");
    process.exit(1);
  }
  mkdirSync(MODULES, { recursive: true });
  writeFileSync(STAMP, `${lock} ${process.platform}-${process.arch}`);
}

if (process.argv.includes("--tests")) ensureBrowser();

function ensureBrowser() {
  if (findBrowser()) return;
  if (process.platform === "linux" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    say("installing Chromium and a Chinese font from Debian for the browser tests");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-q"], { stdio: ["ignore", "ignore", "inherit"], env });
    spawnSync("apt-get", ["install", "-y", "-q", "chromium", "fonts-noto-cjk"], {
      stdio: ["ignore", "ignore", "inherit"],
      env,
    });
  } else if (!process.env.CI) {
    say("installing a Chromium for the browser tests (Playwright)");
    spawnSync(process.execPath, [path.join(MODULES, "playwright-core/cli.js"), "install", "chromium"], {
      stdio: "inherit",
    });
  }
  if (!findBrowser()) {
    say("no Chromium found: the browser tests will fail. Install one, or name it in CHROMIUM=/path/to/chromium.");
  }
}

/** Same search as scripts/browser/chromium.ts, which the tests use. */
function findBrowser() {
  const named = [
    process.env.CHROMIUM,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  ].find((file) => file && existsSync(file));
  if (named) return named;
  const probe = spawnSync(
    process.execPath,
    ["-e", 'console.log(require("playwright-core").chromium.executablePath())'],
    { cwd: ROOT, encoding: "utf8" },
  );
  const file = probe.stdout?.trim();
  return file && existsSync(file) ? file : null;
}

function say(text) {
  console.error(`setup: ${text}`);
}
