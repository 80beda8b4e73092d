/**
 * A process that works on a store without end and tells, line by line, what it was told: `ready`, then
 * `intend NUMBER ACTION...` before and `done NUMBER` after each action. Its actions follow from the seed alone.
 */
import { CID } from "multiformats/cid";
import { Prng } from "../../common/prng.ts";
import { carHeader, carSection } from "../../storage/pack.ts";
import { openContentStore } from "../../storage/index.ts";
import { rawCid } from "../../storage/import-leaves.ts";
import { simBytes } from "./sim-bytes.ts";

const [dir = "", seed = ""] = process.argv.slice(2);
const prng = new Prng(seed);
const store = await openContentStore(dir);
const say = (line: string) => process.stdout.write(`${line}\n`);
/** What this process has added, to be released or added again. */
const added: { seed: string; bytes: number; cid: string }[] = [];
say("ready");
for (let i = 0; ; i++) {
  const key = `${seed}/${i}`;
  const dice = prng.below(10);
  if (dice < 4 || added.length === 0) await addFile({ seed: key, bytes: sizeOf() });
  else if (dice === 4) await addFile(prng.pick(added));
  else if (dice === 5) await addFolder(key);
  else if (dice === 6) await addCar(key);
  else if (dice === 7) await release();
  else if (dice === 8) await collect();
  else await store.addDocument({ key });
}

function sizeOf(): number {
  return prng.below(3) === 0 ? prng.below(5000) : prng.below(6 * 1024 * 1024);
}

async function addFile(file: { seed: string; bytes: number }): Promise<void> {
  const { cid } = await store.add(simBytes(file.seed, file.bytes));
  added.push({ ...file, cid });
  say(`added ${cid} ${file.seed} ${file.bytes}`);
}

async function addFolder(key: string): Promise<void> {
  const content = simBytes(key, 1 + prng.below(2_500_000));
  const { cid } = await store.addFolder([
    { path: "a/one.bin", content },
    { path: "two.bin", content: content.subarray(0, 100) },
  ]);
  say(`folder ${cid}`);
}

async function addCar(key: string): Promise<void> {
  const block = simBytes(key, 1 + prng.below(100_000));
  const root = rawCid(block);
  const { cid } = await store.importCar(
    (async function* () {
      yield await carHeader(CID.decode(root.bytes));
      yield* carSection(root, block);
    })(),
  );
  say(`added ${cid} ${key} ${block.length}`);
}

async function release(): Promise<void> {
  const { cid } = prng.pick(added);
  say(`release ${cid}`); // said before: a kill in between leaves it open which of the two holds
  if (await store.has(cid)) await store.release(cid);
}

async function collect(): Promise<void> {
  await store.gc();
}
