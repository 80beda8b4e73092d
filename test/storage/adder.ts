// A process that adds files without end and says, after each, what it was told: `ready`, then lines of `seed cid`.
import { createHash } from "node:crypto";
import { openContentStore } from "../../storage/index.ts";
import { fileOfSeed } from "./file-of-seed.ts";

const [dir = "", round = ""] = process.argv.slice(2);
const store = await openContentStore(dir);
process.stdout.write("ready\n");
for (let i = 0; ; i++) {
  const seed = createHash("sha256").update(`${round}/${i}`).digest("hex");
  const { cid } = await store.add(fileOfSeed(seed));
  process.stdout.write(`${seed} ${cid}\n`);
}
