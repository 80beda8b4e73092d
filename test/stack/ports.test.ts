import { createServer, type Server } from "node:net";
import { expect } from "chai";
import { freePort } from "../../scripts/stack/ports.ts";

describe("ports", () => {
  let taken: Server;
  let port = 0;

  before(async () => {
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const address = taken.address();
    if (typeof address === "object" && address) port = address.port;
  });
  after(() => new Promise((resolve) => taken.close(resolve)));

  it("fall back to the next wish when one is taken", async () => {
    const free = await freePort([]);
    expect(await freePort([port, free])).to.equal(free);
  });

  it("fall back to any when every wish is taken", async () => {
    expect(await freePort([port]))
      .to.be.greaterThan(1023)
      .and.not.equal(port);
  });
});
