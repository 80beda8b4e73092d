import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { reasonSchema, statusSchema } from "../../common/api/schemas.ts";
import { PRICES } from "../../scripts/journey/journey.ts";
import type { JourneyReport } from "../../scripts/journey/run-journey.ts";
import { startTemporaryStack } from "../../scripts/stack/temporary.ts";
import { writeBadFiles, writeGoodFiles } from "./files.ts";

type Run = { exitCode: number | null; stdout: string; stderr: string };

describe("the journey", () => {
  let stack: Awaited<ReturnType<typeof startTemporaryStack>>;
  let folder: string;
  let good: Awaited<ReturnType<typeof writeGoodFiles>>;
  const reports = new Map<string, JourneyReport>();

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "colophon-journey-"));
    good = await writeGoodFiles(folder, "journey");
    stack = await startTemporaryStack({ seed: false, dapp: false });
  });
  after(async () => {
    await stack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Starts the command; `onError` sees the lines on stderr as they come and may end the process. */
  function start(file: string, onError: (line: string, end: () => void) => void = () => undefined): Promise<Run> {
    const main = path.join(import.meta.dirname, "../../scripts/journey/main.ts");
    const child = spawn(process.execPath, [main, "--file", file, "--json", "--url", stack.url], {
      env: { ...process.env, COLOPHON_RUN_DIR: stack.runDir },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk;
      for (const line of chunk.split("\n")) onError(line, () => child.kill("SIGKILL"));
    });
    const stdout = text(child.stdout);
    return new Promise((resolve) => {
      child.once("close", (exitCode) => {
        void stdout.then((out) => resolve({ exitCode, stdout: out, stderr }));
      });
    });
  }

  async function run(file: string): Promise<JourneyReport> {
    const { exitCode, stdout, stderr } = await start(file);
    expect(exitCode, stderr).to.equal(0);
    const report = JSON.parse(stdout) as JourneyReport;
    reports.set(file, report);
    return report;
  }

  async function status() {
    const answer = (await (await fetch(`${stack.url}/v1/status`)).json()) as { data: unknown };
    return statusSchema.parse(answer.data);
  }

  for (const kind of ["png", "jpeg", "text"] as const) {
    it(`takes a ${kind} file from registration to royalties and recommendations`, async () => {
      const file = good[kind];
      const report = await run(file);
      const sha256 = `0x${createHash("sha256")
        .update(await readFile(file))
        .digest("hex")}`;
      expect(report.work.sha256).to.equal(sha256);
      expect(report.work.iscc).to.match(/^ISCC:K[A-Z2-7]+$/);
      expect(report.work.tx).to.match(/^0x[0-9a-f]{64}$/);
      expect(report.license.priceWei).to.equal(PRICES.work.toString());
      expect(report.job.reexecuted).to.equal(true);
      expect(report.job.outputSha256).to.match(/^0x[0-9a-f]{64}$/);
      expect(report.derivative.parents).to.have.length(2);
      expect(report.derivative.parents).to.include(report.work.id);
      expect(report.royalties.conserved).to.equal(true);
      expect(BigInt(report.royalties.creatorWei)).to.equal(PRICES.work + PRICES.derivative / 10n);
      expect(report.recommendations).not.to.have.length(0);
      for (const { reasons } of report.recommendations) {
        expect(reasons).not.to.have.length(0);
        for (const reason of reasons) expect(reasonSchema.parse(reason).evidence).not.to.have.length(0);
      }
      expect(report.trends.totals.works).to.be.greaterThanOrEqual(3);
      expect(BigInt(report.trends.totals.volumeWei)).to.be.greaterThanOrEqual(PRICES.work + PRICES.derivative);
      expect(report.ms).to.include.keys("upload", "register", "index", "license", "generate", "re-execute", "derive");
    });
  }

  it("makes another output of another input", () => {
    const outputs = [...reports.values()].map((report) => report.job.outputSha256);
    expect(outputs).to.have.length(3);
    expect(new Set(outputs).size).to.equal(3);
  });

  it("ends with the id of a file that is registered already", async () => {
    const { exitCode, stdout, stderr } = await start(good.png);
    const id = reports.get(good.png)?.work.id;
    expect(exitCode).to.equal(1);
    expect(stderr).to.equal(`ALREADY_REGISTERED: The file is registered already, as work ${id}.\n`);
    const { error } = JSON.parse(stdout) as { error: { code: string; data: unknown } };
    expect(error.code).to.equal("ALREADY_REGISTERED");
    expect(error.data).to.deep.equal({ id });
  });

  it("refuses bad files with one clear line and registers nothing", async () => {
    const { works } = await status();
    for (const { code, file } of await writeBadFiles(folder, "bad")) {
      const { exitCode, stdout, stderr } = await start(file);
      expect(exitCode, `${file} ${stderr}`).to.equal(1);
      expect(stderr, file).to.match(new RegExp(`^${code}: [^\\n]+\\n$`));
      expect((JSON.parse(stdout) as { error: { code: string } }).error.code).to.equal(code);
    }
    expect((await status()).works).to.equal(works);
  });

  it("goes on where it was cut off, at any step, and does nothing twice", async () => {
    const { text: file } = await writeGoodFiles(folder, "cut off");
    const before = await status();
    for (const step of ["register", "license", "post-job", "derive", "royalties"]) {
      const { exitCode, stderr } = await start(file, (line, end) => {
        if (line.startsWith(`${step} `)) end();
      });
      expect(exitCode, stderr).not.to.equal(0);
    }
    const report = await run(file);
    expect(report.royalties.conserved).to.equal(true);
    const after = await status();
    expect(after.works - before.works).to.equal(2);
    expect(after.jobs - before.jobs).to.equal(1);
    // The work's, the model's and the derivative's.
    expect(after.licenses - before.licenses).to.equal(3);
  });
}).timeout(240_000);
