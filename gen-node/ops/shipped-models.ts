/** The weights this node has on disk. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Hash, sha256Hex } from "../../common/digest.ts";
import { type ModelHeader, readModel } from "../models/model-file.ts";

export type ShippedModel = { bytes: Uint8Array; sha256: Hash; header: ModelHeader };

/** Every `.clph` file of a folder, by name. @throws ColophonError BAD_MODEL */
export async function shippedModels(folder: string): Promise<ShippedModel[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".clph")).sort();
  return Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(join(folder, name));
      return { bytes, sha256: sha256Hex(bytes), header: readModel(bytes).header };
    }),
  );
}
