/** Fingerprints damaged files one by one and tells its parent before and after each; it may die at any of them. */
import { ColophonError } from "../../common/errors.ts";
import { Prng } from "../../common/prng.ts";
import { fingerprint } from "../../fingerprint/node.ts";
import { pictureFiles } from "../media/picture-files.ts";
import { soundFiles } from "../media/sound-files.ts";
import { bombs } from "./bombs.ts";
import { compressedSounds } from "./compressed-sounds.ts";
import { mutate } from "./mutate.ts";

export type FuzzOrder = { seed: string; from: number; to: number } | { bombs: true };
export type FuzzReport =
  | { begun: number }
  | { done: number; source: string; ms: number; rssMb: number; code: string; unexpected?: string };

const send = (report: FuzzReport): void => void process.send?.(report);

process.once("message", async (order: FuzzOrder) => {
  if ("bombs" in order) {
    let i = 0;
    for (const [name, bytes] of Object.entries(await bombs())) await attempt(i++, name, bytes);
  } else {
    const sources = Object.entries({
      ...(await pictureFiles("fuzz")),
      ...soundFiles("fuzz"),
      ...(await compressedSounds("fuzz")),
    });
    for (let i = order.from; i < order.to; i++) {
      const prng = new Prng(`${order.seed} ${i}`);
      const [name, bytes] = prng.pick(sources);
      const [, other] = prng.pick(sources);
      await attempt(i, name, mutate(bytes, prng, other));
    }
  }
  process.exit(0);
});

async function attempt(i: number, source: string, bytes: Uint8Array): Promise<void> {
  send({ begun: i });
  const start = performance.now();
  let code = "accepted";
  let unexpected: string | undefined;
  try {
    await fingerprint(bytes);
  } catch (error) {
    if (error instanceof ColophonError) ({ code } = error);
    else {
      code = "unexpected";
      unexpected = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
  }
  const ms = performance.now() - start;
  const rssMb = process.memoryUsage.rss() / 1e6;
  send({ done: i, source, ms, rssMb, code, ...(unexpected ? { unexpected } : {}) });
}
