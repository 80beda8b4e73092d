/** Features of files by SHA-256, kept so that a restart need not read every file again. */
import type { Hash } from "../../common/digest.ts";
import { hasCode } from "../../common/errors.ts";
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

/** Rows of features read at once, 5 to 20 KB each. */
const PAGE = 500;

/**
 * Every file's features, a page at a time. What cannot be read (a damaged row, or one of another version) is forgotten with the facts about its
 * file, so that both are made anew.
 */
export async function* allFeatures(sql: Sql): AsyncGenerator<{ sha256: Hash; features: MatchFeatures }> {
  for (let after = "", full = true; full; ) {
    const rows = await sql.query<{ sha256: Hash; features: Uint8Array }>(
      "select sha256, features from app.match_features where sha256 > $1 order by sha256 limit $2",
      [after, PAGE],
    );
    full = rows.length === PAGE;
    for (const { sha256, features: bytes } of rows) {
      after = sha256;
      const features = decoded(bytes);
      if (features) yield { sha256, features };
      else await forget(sql, sha256);
    }
  }
}

function decoded(bytes: Uint8Array): MatchFeatures | null {
  try {
    return decodeFeatures(new Uint8Array(bytes));
  } catch (error) {
    if (hasCode(error, "BAD_FEATURES")) return null;
    throw error;
  }
}

/** The facts first: without them the file is read again, whatever comes between. */
async function forget(sql: Sql, sha256: string): Promise<void> {
  await sql.query("delete from app.media where sha256 = $1", [sha256]);
  await sql.query("delete from app.match_features where sha256 = $1", [sha256]);
}
