import { expect } from "chai";
import { isLoopbackHost, isLoopbackOrigin } from "../../common/loopback.ts";

describe("names of this machine", () => {
  it("are localhost, 127.0.0.1 and [::1], with or without a port", () => {
    for (const host of ["localhost", "localhost:4600", "127.0.0.1:4601", "[::1]", "[::1]:80", "LOCALHOST:1"]) {
      expect(isLoopbackHost(host), host).to.equal(true);
      expect(isLoopbackOrigin(`http://${host}`), host).to.equal(true);
    }
    expect(isLoopbackOrigin("https://localhost:4600")).to.equal(true);
  });

  it("are not names that only begin or end like them, other schemes, or nothing", () => {
    const others = [
      "localhost.evil.test",
      "evil.test",
      "127.0.0.1.evil.test:80",
      "a@127.0.0.1",
      "evil.test/@localhost",
      "",
    ];
    for (const host of others) expect(isLoopbackHost(host), host).to.equal(false);
    expect(isLoopbackHost(undefined)).to.equal(false);
    for (const origin of ["null", "file://localhost", "ftp://localhost", "http://evil.test", "localhost"]) {
      expect(isLoopbackOrigin(origin), origin).to.equal(false);
    }
  });
});
