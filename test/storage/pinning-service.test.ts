import { expect } from "chai";
import fc from "fast-check";
import { CID } from "multiformats/cid";
import { randomBytes } from "node:crypto";
import { hasCode } from "../../common/errors.ts";
import { rawCid } from "../../storage/import-leaves.ts";
import { type ContentStore, PinningServiceTarget } from "../../storage/index.ts";
import { RETRY, type RetryOptions, retry } from "../../storage/pin-targets/retry.ts";
import { ColophonError } from "../../common/errors.ts";
import { type Fault, PinningService } from "./pinning-service.ts";
import { serveStore } from "./serve.ts";

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe("the client of pinning services, against a service over HTTP", function () {
  this.timeout(60_000);
  let service: PinningService;
  let gateway: { url: string; store: ContentStore; close: () => Promise<void> };
  let waits: number[] = [];
  const patient: RetryOptions = {
    ...RETRY,
    attempts: 12,
    sleep: async (ms) => {
      waits.push(ms);
    },
  };

  before(async () => {
    service = await new PinningService().start();
    gateway = await serveStore();
  });
  beforeEach(() => {
    service.pins.clear();
    service.requests.length = 0;
    service.faults = [];
    service.course = ["pinned"];
    waits = [];
  });
  after(async () => {
    await service.close();
    await gateway.close();
  });

  const target = (options: { token?: string; retry?: RetryOptions; timeoutMs?: number; gateways?: string[] } = {}) =>
    new PinningServiceTarget({
      name: "service",
      url: service.url,
      token: service.token,
      gateways: [gateway.url],
      retry: patient,
      ...options,
    });
  const work = (cid = rawCid(randomBytes(8))) => ({
    cid,
    name: "a work",
    car: async function* () {},
  });

  it("asks for a pin, follows it, and gives it up", async () => {
    service.course = ["pinning", "pinned"];
    const { cid, ...rest } = work();
    expect(await target().status(cid)).to.equal("absent");
    expect(await target().ensure({ cid, ...rest })).to.equal("queued");
    expect(await target().status(cid)).to.equal("pinning");
    expect(await target().status(cid)).to.equal("pinned");
    expect(service.of(cid.toString()).length).to.equal(1);
    await target().remove(cid);
    expect(service.pins.size).to.equal(0);
    await target().remove(cid);
    expect(await target().status(cid)).to.equal("absent");
  });

  it("replaces a request that failed, and keeps one", async () => {
    service.course = ["failed"];
    const one = work();
    await target().ensure(one);
    expect(await target().status(one.cid)).to.equal("failed");
    service.course = ["pinned"];
    expect(await target().ensure(one)).to.equal("queued");
    expect(await target().status(one.cid)).to.equal("pinned");
    expect(service.of(one.cid.toString()).length).to.equal(1);
  });

  it("knows its CID in whatever spelling the service has it", async () => {
    const one = work();
    const v0 = CID.createV0(rawCid(randomBytes(8)).multihash as Parameters<typeof CID.createV0>[0]);
    await target().ensure({ ...one, cid: v0.toV1() });
    const [pin] = service.of(v0.toV1().toString());
    expect(pin?.pin.cid).to.equal(v0.toV1().toString());
    // A service that answers with other works' pins is not believed.
    const other = work();
    await target().ensure(other);
    const stray = service.of(other.cid.toString())[0];
    if (stray) stray.pin.cid = v0.toString();
    expect(await target().status(other.cid)).to.equal("absent");
  });

  it("tells refusals from failures that pass", async () => {
    const one = work();
    const denied = await failure(target({ token: "wrong" }).ensure(one));
    expect(hasCode(denied, "PIN_TARGET_DENIED"), String(denied)).to.equal(true);
    expect(service.requests.length, "credentials are not tried again").to.equal(1);
    service.faults = ["500", "500", "500", "500"];
    const down = await failure(target({ retry: { ...patient, attempts: 3 } }).ensure(one));
    expect(hasCode(down, "PIN_TARGET_UNREACHABLE"), String(down)).to.equal(true);
    expect(service.pins.size).to.equal(0);
  });

  it("waits as long as the service asks", async () => {
    service.faults = ["429"];
    expect(await target().ensure(work())).to.equal("queued");
    expect(waits.length).to.equal(1);
    expect(waits[0]).to.be.at.least(1000);
  });

  it("gives up on answers that never come", async () => {
    service.faults = ["slow", "slow"];
    const error = await failure(target({ timeoutMs: 60, retry: { ...patient, attempts: 2 } }).ensure(work()));
    expect(hasCode(error, "PIN_TARGET_UNREACHABLE"), String(error)).to.equal(true);
  });

  it("reads copies back through the service's gateway, and believes no wrong byte", async () => {
    const { cid } = await gateway.store.add(Buffer.from("a copy"));
    expect(Buffer.from(await target().block(CID.parse(cid))).toString()).to.equal("a copy");
    const missing = await failure(target().block(rawCid(randomBytes(5))));
    expect(hasCode(missing, "CONTENT_NOT_FOUND"), String(missing)).to.equal(true);
  });

  it("has exactly one request per work, whatever goes wrong, however often it is asked", async () => {
    const fault = fc.constantFrom<Fault>("none", "none", "500", "429", "reset", "lost answer", "garbage");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fault, { maxLength: 6 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom<PinningService["course"]>(["pinned"], ["pinning", "pinned"], ["failed"], ["pinning", "failed"]),
        fc.integer({ min: 1, max: 3 }),
        async (rounds, course, works) => {
          service.pins.clear();
          service.course = course;
          const all = Array.from({ length: works }, () => work());
          for (const faults of rounds) {
            for (const one of all) {
              service.faults = [...faults];
              // A new client each time: as after a crash, nothing is remembered.
              const state = await target().ensure(one);
              expect(state).to.be.oneOf(["queued", "pinning", "pinned"]);
              expect(service.of(one.cid.toString()).length).to.equal(1);
            }
          }
          service.faults = [];
          for (const one of all) await target().remove(one.cid);
          expect(service.pins.size).to.equal(0);
        },
      ),
      { numRuns: 60, seed: 4 },
    );
  });

  it("tries again only what may pass, at most as often as told, with waits that stay in bounds", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("PIN_TARGET_UNREACHABLE", "PIN_TARGET_REFUSED", "PIN_TARGET_DENIED", "ok"), {
          minLength: 12,
          maxLength: 12,
        }),
        fc.integer({ min: 1, max: 8 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        async (script, attempts, random) => {
          const slept: number[] = [];
          const options = {
            attempts,
            baseMs: 100,
            maxMs: 1000,
            random: () => random,
            sleep: async (ms: number) => void slept.push(ms),
          };
          let tries = 0;
          const error = await failure(
            retry(async () => {
              const step = script[tries++] as string;
              if (step !== "ok") throw new ColophonError(step, "no");
            }, options),
          );
          const end = script.findIndex((step) => step !== "PIN_TARGET_UNREACHABLE");
          const expected = Math.min(attempts, (end < 0 ? script.length : end) + 1);
          expect(tries).to.equal(expected);
          expect(error === null).to.equal(script[tries - 1] === "ok");
          expect(slept.length).to.equal(tries - 1);
          for (const [i, ms] of slept.entries()) expect(ms).to.be.within(0, Math.min(1000, 100 * 2 ** i));
        },
      ),
      { numRuns: 300, seed: 4 },
    );
  });
});
