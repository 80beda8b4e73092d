import type { CID } from "multiformats/cid";
import { carHeader, carSection } from "./pack.ts";
import { ReadAhead } from "./read-ahead.ts";
import { walkDag } from "./walk-dag.ts";
import type { ReadBlock } from "./walk-file.ts";

/** A CAR (version 1) of everything behind a root: depth first, each block once. */
export async function* exportCar(root: CID, readBlock: ReadBlock): AsyncGenerator<Uint8Array> {
  yield await carHeader(root);
  const ahead = new ReadAhead((next) => readBlock(next.cid), 2);
  for await (const { cid, block } of walkDag(root, ahead.get, { upcoming: ahead.upcoming })) {
    yield* carSection(cid, block);
  }
}
