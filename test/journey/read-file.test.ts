import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { ColophonError } from "../../common/errors.ts";
import { readJourneyFile } from "../../scripts/journey/read-file.ts";
import { writeBadFiles, writeGoodFiles } from "./files.ts";

describe("a file for the journey", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "colophon-files-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("is read with its title and hash", async () => {
    const good = await writeGoodFiles(folder, "read");
    const titles = await Promise.all(Object.values(good).map(async (file) => (await readJourneyFile(file)).title));
    expect(titles).to.deep.equal(["red discs", "green discs", "verses"]);
  });

  it("is refused before anything is sent, with the code of what is wrong and one sentence", async () => {
    for (const { code, file } of await writeBadFiles(folder, "read")) {
      const refusal = await readJourneyFile(file).catch((error: unknown) => error);
      expect(refusal, file).to.be.instanceOf(ColophonError);
      expect((refusal as ColophonError).code, file).to.equal(code);
      expect((refusal as ColophonError).message, file).to.match(/^[^\n]+\.$/);
    }
    const noFile = await readJourneyFile(folder).catch((error: unknown) => error);
    expect((noFile as ColophonError).code).to.equal("FILE_NOT_FOUND");
  });
});
