/** The only writer of chain data: each change of the log, the projections, the outbox and the cursor is one commit. */
import type { StreamEvent } from "../../common/api/schemas.ts";
import type { Deployment } from "../../common/config.ts";
import type { BlockHeader } from "../chain/chain-source.ts";
import type { DecodedLog, StoredEvent } from "../chain/stored-event.ts";
import type { Database, Sql, SqlRow } from "../db/database.ts";
import type { TextRow } from "../db/table.ts";
import { ALL_TABLES, MARKET_DDL, PROJECTION_VERSION, readsOf, reduce } from "../projections/all.ts";
import { announcementOf } from "../projections/announcement.ts";
import { type Cursor, cursorBefore, readCursor, writeCursor } from "./cursor.ts";
import { appendLog, readEvents, truncateLog } from "./event-log.ts";
import { appendOutbox, type OutboxEntry, retractOutbox } from "./outbox.ts";
import { type PreImage, type RowChange, RowSet } from "./row-set.ts";

/** What a commit changed; `rebuilt` means: read everything again. */
export type Commit = { cursor: Cursor; changes: RowChange[]; rebuilt: boolean; announced: StreamEvent[] };

/** Events reduced per statement batch of a rebuild. */
const REBUILD_EVENTS = 2000;

export class IndexStore {
  readonly #database: Database;
  readonly #deployment: Deployment;
  #cursor: Cursor;
  #writes: Promise<void> = Promise.resolve();
  #uncertain = false;

  private constructor(database: Database, deployment: Deployment, cursor: Cursor) {
    this.#database = database;
    this.#deployment = deployment;
    this.#cursor = cursor;
  }

  get cursor(): Cursor {
    return this.#cursor;
  }

  /**
   * Opens what is indexed. Another chain or deployment is forgotten first; projections of another version are made
   * anew from the log.
   * @param log is told of either
   */
  static async open(database: Database, deployment: Deployment, log: (message: string) => void): Promise<IndexStore> {
    const { cursor, foreign } = await readCursor(database, deployment);
    if (foreign) log("the chain or its contracts were replaced: the index is made anew");
    const start = cursor ?? cursorBefore(deployment);
    const store = new IndexStore(database, deployment, start);
    if (!cursor) await database.tx((sql) => store.#wipe(sql, start));
    else if (cursor.projectionVersion !== PROJECTION_VERSION) {
      log("the projections changed: they are made anew from the event log");
      const next = { ...cursor, projectionVersion: PROJECTION_VERSION };
      await store.#commit(next, async (sql) => {
        await store.#rebuild(sql, next.finalized);
        return { changes: [], rebuilt: true, announced: [] };
      });
    }
    return store;
  }

  /**
   * Adds blocks that follow the cursor.
   * @param blocks headers of every block that holds an event, of every block that is not final, and of the last one
   * @param logs their events, in chain order
   * @param finalized newest final block
   */
  async append(blocks: readonly BlockHeader[], logs: readonly DecodedLog[], finalized: number): Promise<Commit> {
    const last = blocks.at(-1);
    if (!last || last.number <= this.#cursor.number) throw new Error("blocks must follow the cursor");
    const times = new Map(blocks.map((block) => [block.number, block.time]));
    const events = logs.map((log) => ({ ...log, time: times.get(log.block) }) as unknown as StoredEvent);
    const next: Cursor = {
      ...this.#cursor,
      number: last.number,
      hash: last.hash,
      time: last.time,
      finalized: Math.max(this.#cursor.finalized, Math.min(finalized, last.number)),
    };
    return this.#commit(next, async (sql) => {
      await appendLog(sql, blocks, logs);
      const { rows, entries } = await this.#reduce(sql, events, next.finalized);
      const announced = await appendOutbox(sql, entries);
      await sql.query("delete from chain.undo where block <= $1", [next.finalized]);
      return { changes: rows.changes, rebuilt: false, announced };
    });
  }

  /** Goes back to an indexed block (or to before the first): by pre-images, or below them from the log. */
  async rollback(to: { number: number; hash: string | null; time: number }): Promise<Commit> {
    const deep = to.number < this.#cursor.finalized;
    const next: Cursor = { ...this.#cursor, ...to, finalized: Math.min(this.#cursor.finalized, to.number) };
    return this.#commit(next, async (sql) => {
      await truncateLog(sql, to.number);
      const announced = await retractOutbox(sql, to.number);
      if (deep) {
        await this.#rebuild(sql, next.finalized);
        return { changes: [], rebuilt: true, announced };
      }
      return { changes: await this.#undo(sql, to.number), rebuilt: false, announced };
    });
  }

  /**
   * After a write that failed: reads where the index is, for a connection can break after the database committed.
   * @returns true when the failed write was committed after all
   */
  async recover(): Promise<boolean> {
    if (!this.#uncertain) return false;
    const { cursor } = await readCursor(this.#database, this.#deployment);
    const before = this.#cursor;
    if (cursor) this.#cursor = cursor;
    this.#uncertain = false;
    return cursor?.number !== before.number || cursor.hash !== before.hash;
  }

  /** Tells subscribers something that no log entry states. */
  async announce(entries: readonly OutboxEntry[]): Promise<StreamEvent[]> {
    return this.#inTurn(() => appendOutbox(this.#database, entries));
  }

  /** One write after the other, so that outbox numbers become visible in their order. */
  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    const done = this.#writes.then(write);
    this.#writes = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  async #commit(next: Cursor, work: (sql: Sql) => Promise<Omit<Commit, "cursor">>): Promise<Commit> {
    const write = async (sql: Sql) => {
      const done = await work(sql);
      await writeCursor(sql, this.#deployment, next);
      return done;
    };
    if (this.#uncertain) throw new Error("recover() must come before the next write");
    this.#uncertain = true;
    const commit = await this.#inTurn(() => this.#database.tx(write));
    this.#uncertain = false;
    this.#cursor = next;
    return { ...commit, cursor: next };
  }

  /** Reduces events into the projections; for blocks after `finalized` it remembers how rows were before. */
  async #reduce(
    sql: Sql,
    events: readonly StoredEvent[],
    finalized: number,
  ): Promise<{ rows: RowSet; entries: OutboxEntry[] }> {
    const rows = new RowSet(this.#deployment.contracts);
    const entries: OutboxEntry[] = [];
    await rows.load(sql, events.flatMap(readsOf));
    let block: number | null = null;
    for (const event of events) {
      if (event.block !== block) {
        block = event.block;
        rows.recordFor(block > finalized ? block : null);
      }
      reduce(event, rows);
      const said = announcementOf(event, rows);
      if (said) entries.push({ ...said, block: event.block, logIndex: event.logIndex, tx: event.tx });
    }
    await rows.flush(sql);
    await writePreImages(sql, rows.preImages);
    return { rows, entries };
  }

  async #undo(sql: Sql, after: number): Promise<RowChange[]> {
    const rows = await sql.query<SqlRow & { table_name: string; row_key: string; before: TextRow | null }>(
      `select distinct on (table_name, row_key) table_name, row_key, before from chain.undo
       where block > $1 order by table_name, row_key, block`,
      [after],
    );
    const changes: RowChange[] = [];
    for (const table of ALL_TABLES) {
      const images = rows.filter((row) => row.table_name === table.name);
      const kept = images.flatMap((row) => (row.before ? [row.before] : []));
      await table.upsert(sql, kept);
      await table.remove(
        sql,
        images.flatMap((row) => (row.before ? [] : [row.row_key])),
      );
      for (const { row_key: key, before } of images) {
        changes.push({ table, key, row: before ? table.decode(before) : null });
      }
    }
    await sql.query("delete from chain.undo where block > $1", [after]);
    return changes;
  }

  /** Makes the projections anew from the log, without asking the chain. */
  async #rebuild(sql: Sql, finalized: number): Promise<void> {
    await sql.exec(`drop schema if exists market cascade;\n${MARKET_DDL}\ndelete from chain.undo;`);
    let after = { block: -1, logIndex: -1 };
    for (;;) {
      const events = await readEvents(sql, after, REBUILD_EVENTS);
      const last = events.at(-1);
      if (!last) break;
      await this.#reduce(sql, events, finalized);
      after = { block: last.block, logIndex: last.logIndex };
    }
  }

  /** Forgets a chain; what people told us (`app`) stays, save sessions, which were signed for that chain. */
  async #wipe(sql: Sql, start: Cursor): Promise<void> {
    await sql.exec(`
      drop schema if exists market cascade;
      delete from chain.cursor; delete from chain.block; delete from chain.event; delete from chain.undo;
      delete from chain.outbox; delete from app.session; delete from app.nonce;
      ${MARKET_DDL}
    `);
    await writeCursor(sql, this.#deployment, start);
  }
}

async function writePreImages(sql: Sql, images: readonly PreImage[]): Promise<void> {
  if (images.length === 0) return;
  await sql.query(
    `insert into chain.undo (block, table_name, row_key, before)
     select b::int8, t, k, p::jsonb from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as u(b, t, k, p)
     on conflict (block, table_name, row_key) do nothing`,
    [
      images.map((image) => String(image.block)),
      images.map((image) => image.tableName),
      images.map((image) => image.key),
      images.map((image) => (image.before ? JSON.stringify(image.before) : null)),
    ],
  );
}
