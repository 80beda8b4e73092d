import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { ColophonError } from "../../common/errors.ts";
import { patientFetch } from "../../scripts/journey/patient-fetch.ts";

describe("a patient fetch", () => {
  it("comes through when the service is restarted, and sends the same request", async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += String(chunk)));
      request.on("end", () => {
        seen.push(`${request.method} ${body}`);
        response.statusCode = seen.length < 3 ? 503 : 200;
        response.end("here");
      });
    });
    const listening = (port: number) =>
      new Promise<number>((resolve) => {
        server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
      });
    const port = await listening(0);
    await new Promise((resolve) => server.close(resolve));
    const attempts: number[] = [];
    const fetchFn: typeof fetch = async (input, init) => {
      attempts.push(attempts.length);
      if (attempts.length === 3) await listening(port);
      return await fetch(input, init);
    };
    const request = patientFetch({ fetchFn, firstPause: 5 });
    const response = await request(`http://127.0.0.1:${port}/`, { method: "POST", body: "again" });
    expect(await response.text()).to.equal("here");
    expect(seen).to.deep.equal(["POST again", "POST again", "POST again"]);
    expect(attempts.length).to.equal(5);
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  });

  it("gives up with a clear error, and hands other answers on at once", async () => {
    const away: typeof fetch = () => Promise.reject(new TypeError("fetch failed", { cause: new Error("refused") }));
    const failure = await patientFetch({ fetchFn: away, patience: 30, firstPause: 5 })("http://127.0.0.1:9/x").catch(
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(ColophonError);
    expect((failure as ColophonError).code).to.equal("STACK_UNREACHABLE");
    expect((failure as ColophonError).message).to.include("http://127.0.0.1:9 ");

    let asked = 0;
    const refuses: typeof fetch = async () => {
      asked++;
      return new Response("no", { status: 404 });
    };
    expect((await patientFetch({ fetchFn: refuses })("http://127.0.0.1:9/x")).status).to.equal(404);
    expect(asked).to.equal(1);
  });
});
