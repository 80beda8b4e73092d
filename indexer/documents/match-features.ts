/** Features of files by SHA-256, kept so that a restart need not read every file again. */
import type { Hash } from "../../common/digest.ts";
import { decodeFeatures, type MatchFeatures } from "../../fingerprint/index.ts";
import type { Sql } from "../db/database.ts";

/** @param features as `encodeFeatures` gives them */
export async function putFeatures(sql: Sql, sha256: string, features: Uint8Array): Promise<void> {
  await sql.query(
    `insert into app.match_features (sha256, features) values ($1, $2)
     on conflict (sha256) do update set features = excluded.features`,
    [sha256, features],
  );
}

/** Every file's features. */
export async function allFeatures(sql: Sql): Promise<{ sha256: Hash; features: MatchFeatures }[]> {
  const rows = await sql.query<{ sha256: Hash; features: Uint8Array }>(
    "select sha256, features from app.match_features",
  );
  return rows.map(({ sha256, features }) => ({ sha256, features: decodeFeatures(new Uint8Array(features)) }));
}
