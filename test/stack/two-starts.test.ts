import { expect } from "chai";
import { isAlive, waitFor } from "../../scripts/stack/processes.ts";
import { CommandStack } from "./command-stack.ts";

describe("two starts at the same moment", function () {
  this.timeout(180_000);
  let stack: CommandStack;
  before(async () => {
    stack = await CommandStack.create();
  });
  after(() => stack.remove());

  it("make one stack, of which both tell", async () => {
    const [one, two] = await Promise.all([stack.command("start"), stack.command("start")]);
    expect(one.code, one.out + one.err).to.equal(0);
    expect(two.code, two.out + two.err).to.equal(0);
    const { ready, supervisorPid, services } = await stack.status();
    expect(ready).to.equal(true);
    expect(isAlive(supervisorPid)).to.equal(true);
    const pids = services.flatMap(({ pid }) => (pid ? [pid] : []));
    expect(pids).to.have.lengthOf(4);
    expect((await stack.command("stop")).code).to.equal(0);
    expect(await waitFor(() => [supervisorPid, ...pids].every((pid) => !isAlive(pid)), 5000)).to.equal(true);
  });
});
