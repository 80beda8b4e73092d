/** Works, who owns them, and the edges to their parents. */
import { column, type RowOf, table } from "../db/table.ts";
import { type EvidenceColumn, evidenceOf, type Projection, ref, ZERO_ADDRESS } from "./projection.ts";

export const workTable = table("market.work", ["id"], {
  id: column.id,
  kind: column.int,
  content_hash: column.text,
  fingerprint: column.text,
  fingerprint_header: column.int,
  metadata_digest: column.text,
  provenance_hash: column.text,
  creator: column.text,
  owner: column.text,
  registered_at: column.int,
  /** By ruling, another work has the content now. */
  superseded: column.bool,
  /** By ruling, no new licenses. */
  blocked: column.bool,
  evidence: column.json<EvidenceColumn>(),
  /** The entry that names the metadata document in force. */
  metadata_evidence: column.json<EvidenceColumn>(),
});
export type WorkRow = RowOf<typeof workTable>;

export const edgeTable = table("market.edge", ["child", "parent"], {
  child: column.id,
  parent: column.id,
  /** Place in the child's list of parents: the `edgeIndex` of the royalty ledger. */
  edge_index: column.int,
  license: column.id,
  share: column.int,
  parent_stack: column.int,
  /** True where the parent is paid as if directly: a share of the share (`EdgeMode`). */
  relative: column.bool,
  evidence: column.json<EvidenceColumn>(),
});
export type EdgeRow = RowOf<typeof edgeTable>;

/** Sums over a work's edges, kept apart from the work because a contract may name edges first. */
export const stackTable = table("market.stack", ["work"], {
  work: column.id,
  edges: column.int,
  /** What the work owes upstream of each unit of revenue, ppm. */
  stack: column.int,
  remixes: column.int,
});
export type StackRow = RowOf<typeof stackTable>;

/** `EdgeMode.RELATIVE` of the contracts. */
const RELATIVE = 1;

const noStack = (work: string): StackRow => ({ work, edges: 0, stack: 0, remixes: 0 });

export const worksProjection: Projection = {
  tables: [workTable, edgeTable, stackTable],
  ddl: `
    create unique index work_hash on market.work (content_hash) where not superseded;
    create index work_creator on market.work (creator, id);
    create index work_owner on market.work (owner, id);
    create index work_kind on market.work (kind, id);
    create index work_metadata on market.work (metadata_digest);
    create index edge_parent on market.edge (parent);
  `,
  reducers: {
    "WorkRegistry.WorkRegistered": {
      apply(event, rows) {
        const { args } = event;
        rows.set(workTable, {
          id: args.id,
          kind: args.kind,
          content_hash: args.contentHash,
          fingerprint: args.fingerprint,
          fingerprint_header: args.fingerprintHeader,
          metadata_digest: args.metadataDigest,
          provenance_hash: args.provenanceHash,
          creator: args.owner,
          owner: args.owner,
          registered_at: event.time,
          superseded: false,
          blocked: false,
          evidence: evidenceOf(event),
          metadata_evidence: evidenceOf(event),
        });
      },
    },
    "WorkRegistry.EdgeSet": {
      reads: ({ args }) => [ref(stackTable, args.child), ref(stackTable, args.parent)],
      apply(event, rows) {
        const { args } = event;
        const child = rows.get(stackTable, args.child) ?? noStack(args.child);
        rows.set(edgeTable, {
          child: args.child,
          parent: args.parent,
          edge_index: child.edges,
          license: args.licenseId,
          share: args.share,
          parent_stack: args.parentStack,
          relative: args.mode === RELATIVE,
          evidence: evidenceOf(event),
        });
        rows.set(stackTable, {
          ...child,
          edges: child.edges + 1,
          stack: child.stack + args.share + (args.mode === RELATIVE ? 0 : args.parentStack),
        });
        const parent = rows.get(stackTable, args.parent) ?? noStack(args.parent);
        rows.set(stackTable, { ...parent, remixes: parent.remixes + 1 });
      },
    },
    "WorkRegistry.ContentCleared": {
      reads: ({ args }) => [ref(workTable, args.id)],
      apply({ args }, rows) {
        const work = rows.get(workTable, args.id);
        if (work) rows.set(workTable, { ...work, superseded: true });
      },
    },
    "LicenseToken.WorkBlocked": {
      reads: ({ args }) => [ref(workTable, args.workId)],
      apply({ args }, rows) {
        const work = rows.get(workTable, args.workId);
        if (work) rows.set(workTable, { ...work, blocked: args.blocked });
      },
    },
    "WorkRegistry.MetadataVersion": {
      reads: ({ args }) => [ref(workTable, args.id)],
      apply(event, rows) {
        const work = rows.get(workTable, event.args.id);
        if (!work) return;
        rows.set(workTable, {
          ...work,
          metadata_digest: event.args.metadataDigest,
          metadata_evidence: evidenceOf(event),
        });
      },
    },
    "WorkRegistry.Transfer": {
      reads: ({ args }) => [ref(workTable, args.tokenId)],
      apply({ args }, rows) {
        const work = rows.get(workTable, args.tokenId);
        // The mint comes before or after `WorkRegistered`, which names the first owner itself.
        if (!work || args.from === ZERO_ADDRESS) return;
        rows.set(workTable, { ...work, owner: args.to });
      },
    },
  },
};
