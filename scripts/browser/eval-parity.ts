// Whether a folder's files get the same fingerprints in Node and in a real Chromium, in the dapp's own worker.
// usage: npm run -s eval:parity -- --files DIR [--json]
// JSON: {files, equal, refused, selfTest:{total, failures}, byType:{type:{files, equal}}, differences:[{file, node, browser}]}
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { ColophonError } from "../../common/errors.ts";
import type { Fingerprint } from "../../fingerprint/index.ts";
import { fingerprint } from "../../fingerprint/node.ts";
import { filesBelow } from "../eval/files-below.ts";
import { CHROMIUM_ARGS, chromiumPath } from "./chromium.ts";
import { buildParityPage } from "./parity-build.ts";
import { serveParityPage } from "./parity-server.ts";

type Answer = Fingerprint | { refused: string };
type Page = { fingerprintUrl(url: string): Promise<string>; isccSelfTest(): { total: number; failures: unknown[] } };

const { values } = parseArgs({ options: { files: { type: "string" }, json: { type: "boolean", default: false } } });
if (!values.files) {
  console.error("usage: npm run -s eval:parity -- --files DIR [--json]");
  process.exit(2);
}
const folder = path.resolve(values.files);
const names = await filesBelow(folder);

const page = await buildParityPage();
const server = await serveParityPage(page.folder, folder);
const browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_ARGS });
try {
  const tab = await browser.newPage();
  const complaints: string[] = [];
  tab.on("pageerror", (error) => complaints.push(error.message));
  await tab.goto(server.url);
  await tab.waitForFunction("globalThis.fingerprintUrl !== undefined");
  const selfTest = await tab.evaluate(() => (globalThis as unknown as Page).isccSelfTest());
  const byType: Record<string, { files: number; equal: number }> = {};
  const differences: { file: string; node: unknown; browser: unknown }[] = [];
  let refused = 0;
  for (const name of names) {
    const inNode = comparable(await inThisProcess(path.join(folder, name)));
    const url = `/files/${encodeURIComponent(name)}`;
    const text = await tab.evaluate((address) => (globalThis as unknown as Page).fingerprintUrl(address), url);
    const inBrowser = comparable(JSON.parse(text) as Answer);
    const type = "refused" in inNode ? `refused ${String(inNode.refused)}` : String(inNode.mediaType);
    const counts = (byType[type] ??= { files: 0, equal: 0 });
    counts.files++;
    if ("refused" in inNode) refused++;
    if (JSON.stringify(inNode) === JSON.stringify(inBrowser)) counts.equal++;
    else differences.push({ file: name, node: inNode, browser: inBrowser });
  }
  const equal = Object.values(byType).reduce((sum, counts) => sum + counts.equal, 0);
  const report = { files: names.length, equal, refused, selfTest, byType, differences, complaints };
  if (values.json) console.log(JSON.stringify(report));
  else {
    for (const [type, counts] of Object.entries(byType)) console.log(`${type}: ${counts.equal} of ${counts.files}`);
    for (const { file } of differences) console.log(`differs: ${file}`);
    console.log(`${equal} of ${names.length} equal, ${refused} of them refused alike`);
  }
  const sound = equal === names.length && names.length > 0 && selfTest.failures.length === 0;
  process.exitCode = sound && complaints.length === 0 ? 0 : 1;
} finally {
  await browser.close();
  await server.close();
  await page.remove();
}

async function inThisProcess(file: string): Promise<Answer> {
  const options = { title: "Parity", description: "The same everywhere." };
  return fingerprint(new Uint8Array(await readFile(file)), options).catch((error: unknown) => {
    if (error instanceof ColophonError) return { refused: error.code };
    throw error;
  });
}

/** Everything but what a page cannot have: the content of kinds that take ffmpeg. */
function comparable(answer: Answer): Record<string, unknown> {
  if ("refused" in answer || !/^(video\/|audio\/(ogg|mp4))/u.test(answer.mediaType)) return { ...answer };
  const { mediaType, bytes, sha256, blake3, iscc } = answer;
  return { mediaType, bytes, sha256, blake3, meta: iscc.meta, data: iscc.data, instance: iscc.instance };
}
