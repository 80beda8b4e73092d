/** The indexer as one object: database, chain follower, documents, facts. */
import { EventEmitter } from "node:events";
import type { Meta, StreamEvent } from "../common/api/schemas.ts";
import type { Deployment } from "../common/config.ts";
import type { WorkMetadata } from "../common/documents.ts";
import { type ChainSource, rpcChainSource } from "./chain/chain-source.ts";
import { LogDecoder } from "./chain/stored-event.ts";
import type { Database } from "./db/database.ts";
import { openDatabase } from "./db/open-database.ts";
import { DocumentFetcher, type FileSource, type FoundDocument } from "./documents/document-fetcher.ts";
import { subjectsOfDocument, type WantedDocument } from "./documents/document-store.ts";
import { allFeatures } from "./documents/match-features.ts";
import { MediaMaker } from "./documents/media-maker.ts";
import { FactsKeeper } from "./facts/facts-keeper.ts";
import { Lookalikes } from "./facts/lookalikes.ts";
import type { MarketFacts } from "./market-facts.ts";
import { jobTable, type JobRow } from "./projections/jobs.ts";
import { operatorTable, type OperatorRow } from "./projections/operators.ts";
import { workTable, type WorkRow } from "./projections/works.ts";
import { ChainFollower } from "./sync/follow-chain.ts";
import { type Commit, IndexStore } from "./sync/index-store.ts";
import { lastSeq, readOutbox } from "./sync/outbox.ts";
import { type SyncLog, SyncLoop } from "./sync/sync-loop.ts";

export type StartIndexerOptions = {
  /** JSON-RPC endpoint, http(s). */
  rpcUrl: string;
  deployment: Deployment;
  /** Folder of the embedded database and of previews; null keeps the database in memory (tests). */
  dataDir: string | null;
  /** `postgres://…`: use a server instead of the embedded database. */
  databaseUrl?: string;
  /** Where documents and files are found; answers are checked against their CIDs by it. */
  store: FileSource;
  log?: SyncLog;
  /** Pause between two looks at the chain, ms (default 150 on a local chain, else 2000). */
  pollMs?: number;
  /** Reads the chain in another way than by `rpcUrl` (tests). */
  source?: ChainSource;
  /** How long a node may answer with an older head before that is believed, ms. */
  shrinkPatienceMs?: number;
};

type Events = { announced: [StreamEvent[]]; committed: [Commit] };

const SILENT: SyncLog = { info: () => {}, warn: () => {} };
/** Entries told at once after commits that could not be told of; streams read older ones themselves. */
const MISSED = 10_000;
const LOCAL_POLL_MS = 150;
const POLL_MS = 2000;

export class Indexer extends EventEmitter<Events> {
  readonly database: Database;
  readonly deployment: Deployment;
  readonly dataDir: string | null;
  readonly store: FileSource;
  readonly log: SyncLog;
  readonly lookalikes: Lookalikes;
  readonly documents: DocumentFetcher;
  readonly media: MediaMaker;
  readonly startedAt = Math.floor(Date.now() / 1000);
  readonly #keeper: FactsKeeper;
  readonly #index: IndexStore;
  readonly #follower: ChainFollower;
  readonly #loop: SyncLoop;
  #seq: number;
  #mediaVersion = 0;

  constructor(options: StartIndexerOptions, database: Database, index: IndexStore, seq: number) {
    super();
    this.setMaxListeners(0);
    this.database = database;
    this.deployment = options.deployment;
    this.dataDir = options.dataDir;
    this.store = options.store;
    this.log = options.log ?? SILENT;
    this.#index = index;
    this.#seq = seq;
    this.lookalikes = new Lookalikes();
    this.#keeper = new FactsKeeper(database, this.lookalikes);
    const contracts = options.deployment.contracts;
    this.#follower = new ChainFollower({
      source: options.source ?? rpcChainSource(options.rpcUrl, Object.values(contracts)),
      store: index,
      database,
      decoder: new LogDecoder(contracts),
      deployment: options.deployment,
      shrinkPatienceMs: options.shrinkPatienceMs,
      onCommit: (commit) => this.#onCommit(commit),
    });
    const pollMs = options.pollMs ?? (options.deployment.chainId === 31337 ? LOCAL_POLL_MS : POLL_MS);
    this.#loop = new SyncLoop(this.#follower, { pollMs, log: this.log });
    const files = { database, source: options.store, log: this.log };
    this.documents = new DocumentFetcher({ ...files, onFound: (found) => this.#onDocument(found) });
    this.media = new MediaMaker({
      ...files,
      onMade: () => void (this.#mediaVersion += 1),
      onFeatures: (sha256, features) => this.lookalikes.learn(sha256, features),
    });
  }

  get facts(): MarketFacts {
    return this.#keeper.facts;
  }

  /** True while the index is at most a minute behind a chain it trusts. */
  get ready(): boolean {
    return this.#loop.ready;
  }

  /** Why the index is not to be trusted, or null. */
  get distrust(): string | null {
    return this.#loop.distrust;
  }

  /** Number of the last thing that subscribers were told. */
  get seq(): number {
    return this.#seq;
  }

  /** Changes whenever an answer may have changed, time aside. */
  get version(): string {
    return `${this.#seq}.${this.#index.cursor.number}.${this.#mediaVersion}`;
  }

  /** Seconds since 1970, and never before the newest block: a local chain may run ahead of the clock. */
  get now(): number {
    return Math.max(Math.floor(Date.now() / 1000), this.#index.cursor.time);
  }

  /** State of the index, for every answer. */
  get meta(): Meta {
    const { number, hash, finalized } = this.#index.cursor;
    return {
      chainId: this.deployment.chainId,
      indexedBlock: Math.max(0, number),
      indexedBlockHash: hash,
      headBlock: Math.max(0, this.#follower.head?.number ?? number),
      finalizedBlock: Math.max(0, finalized),
      stale: !this.#loop.ready,
    };
  }

  /** Loads what is known and begins to follow the chain. */
  async start(): Promise<void> {
    await this.#keeper.load();
    for await (const { sha256, features } of allFeatures(this.database)) this.lookalikes.learn(sha256, features);
    await this.documents.resume();
    await this.media.resume();
    this.#loop.start();
  }

  /** Looks at the chain at once. */
  nudge(): void {
    this.#loop.nudge();
  }

  async close(): Promise<void> {
    await this.#loop.stop();
    await this.documents.close();
    await this.media.close();
    await this.database.close();
  }

  async #onCommit(commit: Commit): Promise<void> {
    await this.#keeper.apply(commit);
    await this.documents.want(wantedBy(commit));
    if (commit.rebuilt) await this.documents.resume();
    this.emit("committed", commit);
    this.#tell(commit.rebuilt ? await readOutbox(this.database, this.#seq, MISSED) : commit.announced);
  }

  async #onDocument({ digest, schema, body }: FoundDocument): Promise<void> {
    if (schema === "colophon/work/1") {
      this.#keeper.documentFound(digest, body as WorkMetadata);
      this.media.want(body as WorkMetadata);
    }
    const subjects = await subjectsOfDocument(this.database, digest);
    const block = Math.max(0, this.#index.cursor.number);
    const entries = subjects.map((subject) => ({ type: "DocumentFound", block, logIndex: null, tx: null, ...subject }));
    if (schema === "colophon/capability/1") {
      entries.push({ type: "DocumentFound", block, logIndex: null, tx: null, workId: null, jobId: null });
    }
    this.#tell(await this.#index.announce(entries));
  }

  #tell(announced: StreamEvent[]): void {
    if (announced.length === 0) return;
    this.#seq = Math.max(this.#seq, announced.at(-1)?.seq ?? 0);
    this.emit("announced", announced);
  }
}

/** Documents that a commit's rows name. */
function wantedBy(commit: Commit): WantedDocument[] {
  return commit.changes.flatMap(({ table, row }): WantedDocument[] => {
    if (!row) return [];
    switch (table.name) {
      case workTable.name:
        return [{ digest: (row as WorkRow).metadata_digest, schema: "colophon/work/1" }];
      case operatorTable.name:
        return [{ digest: (row as OperatorRow).capability, schema: "colophon/capability/1" }];
      case jobTable.name: {
        const job = row as JobRow;
        const spec: WantedDocument = { digest: job.spec_digest, schema: "colophon/job/1" };
        return job.receipt_digest ? [spec, { digest: job.receipt_digest, schema: "colophon/receipt/1" }] : [spec];
      }
      default:
        return [];
    }
  });
}

/**
 * Opens the database, loads what is known and follows the chain in the background.
 * @throws ColophonError `DATABASE_LOCKED` when another live process uses the same database
 */
export async function startIndexer(options: StartIndexerOptions): Promise<Indexer> {
  const database = await openDatabase({ dataDir: options.dataDir, databaseUrl: options.databaseUrl });
  try {
    const log = options.log ?? SILENT;
    const index = await IndexStore.open(database, options.deployment, (message) => log.warn({}, message));
    const indexer = new Indexer(options, database, index, await lastSeq(database));
    await indexer.start();
    return indexer;
  } catch (error) {
    await database.close();
    throw error;
  }
}
