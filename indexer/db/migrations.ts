/**
 * Schema of what cannot be rebuilt from anything else here: the log of chain events and the off-chain data of `app`.
 * Projections are not here: their tables follow from their code (`projections/`), and a new version is rebuilt from
 * the log. Append to the list; never change an entry that was released.
 */
export const MIGRATIONS: readonly { id: number; sql: string }[] = [
  {
    id: 1,
    sql: `
      create schema chain;
      -- One row: which chain this is, how far it is indexed, and which projections the log was reduced by.
      create table chain.cursor (
        singleton boolean primary key default true check (singleton),
        chain_id int8 not null,
        genesis_hash text not null,
        contracts jsonb not null,
        deploy_block int8 not null,
        number int8 not null,
        hash text,
        time int8 not null,
        finalized int8 not null,
        projection_version text not null
      );
      -- Every block that holds an event of ours, ends an indexed range, or was not final when it was indexed.
      create table chain.block (
        number int8 primary key,
        hash text not null,
        parent_hash text not null,
        time int8 not null
      );
      create table chain.event (
        block int8 not null,
        log_index int8 not null,
        tx text not null,
        name text not null,
        args jsonb not null,
        primary key (block, log_index)
      );
      -- Rows as they were before a block that was not final when it was indexed ('before' is null: there was none).
      create table chain.undo (
        block int8 not null,
        table_name text not null,
        row_key text not null,
        before jsonb,
        primary key (block, table_name, row_key)
      );
      -- What subscribers are told. Append-only, also over reorgs: 'retracts' names the entry that is no longer true.
      create table chain.outbox (
        seq int8 generated always as identity primary key,
        type text not null,
        block int8 not null,
        log_index int8,
        tx text,
        work_id int8,
        job_id int8,
        retracts int8,
        retracted boolean not null default false
      );
      create index outbox_block on chain.outbox (block) where not retracted;

      create schema app;
      -- Documents by their SHA-256: 'found' with a body, or 'invalid' with a reason (its bytes will never be others).
      create table app.document (
        digest text primary key,
        schema text not null,
        state text not null,
        body jsonb,
        reason text
      );
      create index document_tags on app.document using gin ((body -> 'tags'));
      -- What cards need to know of a file: size and mean color of its picture, or the first lines of its text;
      -- all null for a file that has neither.
      create table app.media (
        cid text primary key,
        width int8,
        height int8,
        color text,
        excerpt text
      );
      create table app.nonce (nonce text primary key, expires_at int8 not null);
      create table app.session (
        token_hash text primary key,
        address text not null,
        created_at int8 not null,
        expires_at int8 not null
      );
    `,
  },
  {
    id: 2,
    sql: `
      -- A digest alone names no document: anybody can name the metadata of a stranger's work as a job's specification.
      alter table app.document drop constraint document_pkey, add primary key (digest, schema);
      -- What a document says of a file holds only for bytes that have the hash it names.
      drop table app.media;
      create table app.media (
        cid text not null,
        sha256 text not null,
        width int8,
        height int8,
        color text,
        excerpt text,
        primary key (cid, sha256)
      );
    `,
  },
  {
    id: 3,
    sql: `
      -- What look-alikes are compared by (fingerprint/match), by the file's SHA-256.
      create table app.match_features (sha256 text primary key, features bytea not null);
      -- Facts about files are made anew from the files, and their features with them.
      delete from app.media;
    `,
  },
  {
    id: 4,
    sql: `
      -- Features of version 2 know a picture's width and height: made anew from the files.
      delete from app.match_features;
      delete from app.media;
    `,
  },
];
