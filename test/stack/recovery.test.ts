import { readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import sharp from "sharp";
import { Prng } from "../../common/prng.ts";
import { isAlive, waitFor } from "../../scripts/stack/processes.ts";
import { CommandStack } from "./command-stack.ts";

/** A picture of its own per seed. */
async function picture(seed: string): Promise<Buffer> {
  const prng = new Prng(seed);
  const width = 160;
  const height = 120;
  const circles = Array.from({ length: 12 }, () => {
    const color = `hsl(${prng.below(360)} 60% 50%)`;
    return `<circle cx="${prng.below(width)}" cy="${prng.below(height)}" r="${8 + prng.below(30)}" fill="${color}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#f4efe6"/>${circles.join("")}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

type Work = { id: string; contentHash?: string };
type Detail = { id: string; metadataCid: string; metadata: { file: { cid: string } } | null };

async function data<T>(url: string): Promise<T> {
  const response = await fetch(url);
  expect(response.status, url).to.equal(200);
  return ((await response.json()) as { data: T }).data;
}

describe("a stack that dies", function () {
  this.timeout(240_000);
  let stack: CommandStack;

  before(async () => {
    stack = await CommandStack.create();
    await stack.start();
  });
  after(() => stack.remove());

  async function file(name: string): Promise<string> {
    const target = path.join(stack.runDir, `${name}.png`);
    await writeFile(target, await picture(name));
    return target;
  }

  async function journey(name: string): Promise<{ work: { id: string } }> {
    const { code, out, err } = await stack.script("scripts/journey/main.ts", ["--file", await file(name), "--json"])
      .ended;
    expect(code, err).to.equal(0);
    return JSON.parse(out.trim().split("\n").at(-1) ?? "") as { work: { id: string } };
  }

  /** What people were told is there: works, their documents and files, licenses, jobs. */
  async function acknowledged(url: string) {
    const works = await data<Work[]>(`${url}/v1/works?limit=100`);
    const jobs = await data<{ id: string; status: string }[]>(`${url}/v1/jobs?limit=100`);
    return { works: works.map((work) => work.id), jobs: jobs.map((job) => `${job.id} ${job.status}`) };
  }

  it("says that it is running when it is started a second time", async () => {
    const { code, out } = await stack.command("start");
    expect(code).to.equal(0);
    expect(out).to.contain("already running");
  });

  for (const victim of ["chain", "store", "node", "market"]) {
    it(`starts ${victim} again after kill -9, with nothing lost`, async () => {
      await journey(`before ${victim}`);
      const before = await stack.status();
      const told = await acknowledged(before.url);
      const pid = before.services.find((service) => service.name === victim)?.pid;
      expect(pid, victim).to.be.a("number");
      process.kill(Number(pid), "SIGKILL");

      const back = await waitFor(async () => {
        const service = (await stack.status()).services.find(({ name }) => name === victim);
        return (
          service?.restarts === 1 &&
          service.pid !== pid &&
          (await fetch(`${before.url}/ready`).then(
            (r) => r.ok,
            () => false,
          ))
        );
      }, 40_000);
      expect(back, `${victim} came back`).to.equal(true);
      expect(await acknowledged(before.url)).to.deep.equal(told);
      const { work } = await journey(`after ${victim}`);
      const detail = await data<Detail>(`${before.url}/v1/works/${work.id}`);
      const gateway = before.services.find(({ name }) => name === "store")?.url;
      const stored = await fetch(`${gateway}/ipfs/${detail.metadata?.file.cid}`);
      expect(stored.status).to.equal(200);
    });
  }

  for (const step of ["register", "post-job", "generate"]) {
    it(`goes on with a journey that lost the whole stack after "${step}"`, async () => {
      const told = await acknowledged((await stack.status()).url);
      const target = await file(`whole ${step}`);
      const run = stack.script("scripts/journey/main.ts", ["--file", target, "--json"]);
      await new Promise<void>((resolve, reject) => {
        run.onErrorLine((line) => {
          if (line.startsWith(`${step} `)) resolve();
        });
        void run.ended.then(({ err }) => reject(new Error(`the journey ended early: ${err}`)));
      });
      await stack.killAll();
      run.kill();
      await run.ended;

      await stack.start();
      const { url } = await stack.status();
      const now = await acknowledged(url);
      expect(now.works).to.include.members(told.works);
      expect(now.jobs).to.include.members(told.jobs);
      const again = await stack.script("scripts/journey/main.ts", ["--file", target, "--json"]).ended;
      expect(again.code, again.err).to.equal(0);
      const report = JSON.parse(again.out.trim().split("\n").at(-1) ?? "") as {
        job: { reexecuted: boolean };
        royalties: { conserved: boolean };
      };
      expect(report.job.reexecuted).to.equal(true);
      expect(report.royalties.conserved).to.equal(true);
    });
  }

  it("indexes anew when the chain was reset under an old index", async () => {
    const before = await acknowledged((await stack.status()).url);
    expect(before.works.length).to.be.greaterThan(3);
    await stack.command("stop");
    await rm(path.join(stack.runDir, "chain"), { recursive: true });
    await stack.start();
    const { url } = await stack.status();
    const after = await acknowledged(url);
    expect(after.jobs).to.deep.equal([]);
    expect(after.works.length).to.be.at.most(1); // the node registers its model again
    await journey("after the reset");
  });

  it("stops everything, keeps the data, and reset removes it", async () => {
    const { services, supervisorPid } = await stack.status();
    expect((await stack.command("stop")).code).to.equal(0);
    for (const pid of [supervisorPid, ...services.map((service) => service.pid)]) {
      expect(isAlive(pid), String(pid)).to.equal(false);
    }
    expect(await readdir(stack.runDir)).to.include("chain");
    expect((await stack.command("reset")).code).to.equal(0);
    expect((await stack.status()).ready).to.equal(false);
  });
});
