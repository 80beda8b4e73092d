/** How far the chain is indexed, and which chain it is: the one row of `chain.cursor`. */
import type { Deployment } from "../../common/config.ts";
import type { Sql, SqlRow } from "../db/database.ts";
import { PROJECTION_VERSION } from "../projections/all.ts";

export type Cursor = {
  /** Last indexed block; before the first one, the block before the deployment, with a null hash. */
  number: number;
  hash: string | null;
  time: number;
  /** Newest block that was final when it was seen; for every later one there are pre-images. */
  finalized: number;
  projectionVersion: string;
};

type CursorRow = SqlRow & {
  chain_id: number;
  genesis_hash: string;
  contracts: Deployment["contracts"];
  deploy_block: number;
  number: number;
  hash: string | null;
  time: number;
  finalized: number;
  projection_version: string;
};

/** Cursor of a chain of which nothing is indexed. */
export function cursorBefore(deployment: Deployment): Cursor {
  const number = deployment.deployBlock - 1;
  return { number, hash: null, time: 0, finalized: number, projectionVersion: PROJECTION_VERSION };
}

/** The stored cursor; null when the database is empty or holds another chain or deployment (`foreign`). */
export async function readCursor(
  sql: Sql,
  deployment: Deployment,
): Promise<{ cursor: Cursor | null; foreign: boolean }> {
  const [row] = await sql.query<CursorRow>("select * from chain.cursor");
  if (!row) return { cursor: null, foreign: false };
  const names = Object.keys(deployment.contracts) as (keyof Deployment["contracts"])[];
  const same =
    row.chain_id === deployment.chainId &&
    row.genesis_hash === deployment.genesisHash &&
    row.deploy_block === deployment.deployBlock &&
    names.every((name) => row.contracts[name]?.toLowerCase() === deployment.contracts[name].toLowerCase());
  if (!same) return { cursor: null, foreign: true };
  const { number, hash, time, finalized } = row;
  return { cursor: { number, hash, time, finalized, projectionVersion: row.projection_version }, foreign: false };
}

export async function writeCursor(sql: Sql, deployment: Deployment, cursor: Cursor): Promise<void> {
  await sql.query(
    `insert into chain.cursor
       (chain_id, genesis_hash, contracts, deploy_block, number, hash, time, finalized, projection_version)
     values ($1, $2, $3::text::jsonb, $4, $5, $6, $7, $8, $9)
     on conflict (singleton) do update set number = excluded.number, hash = excluded.hash, time = excluded.time,
       finalized = excluded.finalized, projection_version = excluded.projection_version`,
    [
      deployment.chainId,
      deployment.genesisHash,
      JSON.stringify(deployment.contracts),
      deployment.deployBlock,
      cursor.number,
      cursor.hash,
      cursor.time,
      cursor.finalized,
      cursor.projectionVersion,
    ],
  );
}
