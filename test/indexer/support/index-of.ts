/** An index without API, documents and facts: the chain follower over a database, driven by hand. */
import type { Deployment } from "../../../common/config.ts";
import { type ChainSource, rpcChainSource } from "../../../indexer/chain/chain-source.ts";
import { LogDecoder } from "../../../indexer/chain/stored-event.ts";
import type { Database } from "../../../indexer/db/database.ts";
import { openDatabase } from "../../../indexer/db/open-database.ts";
import { ALL_TABLES } from "../../../indexer/projections/all.ts";
import { ChainFollower, ChainMoved } from "../../../indexer/sync/follow-chain.ts";
import { type Commit, IndexStore } from "../../../indexer/sync/index-store.ts";

export type TestIndex = {
  store: IndexStore;
  commits: Commit[];
  /** One step after the chain, with whatever error it meets. */
  step(): Promise<boolean>;
  /** Follows until the index is at the chain's head. */
  catchUp(): Promise<void>;
};

export function memoryDatabase(): Promise<Database> {
  return openDatabase({ dataDir: null });
}

/** Opens the index that the database holds, or begins one. */
export async function openIndex(
  database: Database,
  deployment: Deployment,
  chain: string | ChainSource,
  beforeTelling: () => void = () => {},
): Promise<TestIndex> {
  const contracts = deployment.contracts;
  const source = typeof chain === "string" ? rpcChainSource(chain, Object.values(contracts)) : chain;
  const store = await IndexStore.open(database, deployment, () => {});
  const commits: Commit[] = [];
  const follower = new ChainFollower({
    source,
    store,
    database,
    decoder: new LogDecoder(contracts),
    deployment,
    shrinkPatienceMs: 0,
    onCommit(commit) {
      beforeTelling();
      commits.push(commit);
    },
  });
  return {
    store,
    commits,
    step: () => follower.step(),
    async catchUp() {
      for (let tries = 0; tries < 100; tries++) {
        try {
          if (await follower.step()) return;
        } catch (error) {
          if (!(error instanceof ChainMoved)) throw error;
        }
      }
      throw new Error("the index never reached the head");
    },
  };
}

/** Every row of every projection, and the log, as text: equal for equal indexes. */
export async function dump(database: Database): Promise<string[]> {
  const lines: string[] = [];
  for (const table of ALL_TABLES) {
    for (const row of await table.selectAll(database)) lines.push(`${table.name} ${JSON.stringify(table.encode(row))}`);
  }
  const events = await database.query("select block, log_index, tx, name, args from chain.event order by 1, 2");
  return [...lines, ...events.map((event) => JSON.stringify(event))];
}

/** Forgets the index, so that the next one begins at the deployment. */
export async function forget(database: Database): Promise<void> {
  await database.exec("delete from chain.cursor");
}
