/** The HTTP API's answers, as zod schemas: the server validates with them in tests, clients take their types. */
import { z } from "zod";
import { DISPUTE_CLAIMS, DISPUTE_EFFECTS, type DisputeEffect } from "../disputes.ts";
import { isccSchema, jobReceiptSchema, jobSpecSchema, workMetadataSchema } from "../documents.ts";
import { WORK_KINDS } from "../work-kind.ts";

const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
/** Amounts in the currency's smallest unit, decimal text. */
const amount = z.string().regex(/^\d+$/);
/** Ids of works, offers, licenses and jobs, decimal text. */
const id = z.string().regex(/^\d+$/);
/** Unix time, seconds. */
const time = z.number().int();
const kind = z.enum(Object.keys(WORK_KINDS) as [keyof typeof WORK_KINDS, ...(keyof typeof WORK_KINDS)[]]);

/** State of the index that an answer was made from; on every answer as `meta`. */
export const metaSchema = z.object({
  chainId: z.number().int(),
  indexedBlock: z.number().int(),
  indexedBlockHash: hash.nullable(),
  headBlock: z.number().int(),
  finalizedBlock: z.number().int(),
  /** True while the index is known to disagree with the chain or to lag more than a minute. */
  stale: z.boolean(),
});
export type Meta = z.infer<typeof metaSchema>;

/** RFC 9457 problem, with our stable `code`. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  data: z.record(z.string(), z.unknown()).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** Where a fact can be checked: the log entry that states it. */
export const evidenceSchema = z.object({
  tx: hash,
  block: z.number().int(),
  logIndex: z.number().int(),
  event: z.string(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

export const termsSchema = z.object({
  termsId: hash,
  flags: z.number().int(),
  derivativeShare: z.number().int(),
  duration: z.number().int(),
  legalText: hash,
  /** 0 none, 1 exclusive, 2 sole. */
  exclusivity: z.number().int(),
  /** 0 absolute, 1 relative. */
  shareMode: z.number().int(),
  /** Bit sets; 0 = everywhere, by every means. */
  territories: z.number().int(),
  channels: z.number().int(),
});

export const offerSchema = z.object({
  id,
  workId: id,
  terms: termsSchema,
  /** Share of derivatives' revenue that its licenses carry, ppm: the terms' or the offer's own. */
  derivativeShare: z.number().int(),
  currency: address,
  price: amount,
  supply: z.number().int(),
  sold: z.number().int(),
  expiresAt: time,
  /** By its owner, or because the work is blocked by a ruling. */
  closed: z.boolean(),
});
export type Offer = z.infer<typeof offerSchema>;

export const licenseSchema = z.object({
  id,
  workId: id,
  holder: address,
  /** "0": sold by a signed order. */
  offerId: id,
  terms: termsSchema,
  /** Share of derivatives' revenue that it was sold with, ppm. */
  derivativeShare: z.number().int(),
  price: amount,
  currency: address,
  issuedAt: time,
  expiresAt: time,
  used: z.boolean(),
  /** Taken away by a ruling. */
  revoked: z.boolean(),
  evidence: evidenceSchema,
});
export type License = z.infer<typeof licenseSchema>;

/** What a card shows. */
export const workCardSchema = z.object({
  id,
  kind,
  title: z.string(),
  lang: z.string(),
  tags: z.array(z.string()),
  creator: address,
  owner: address,
  registeredAt: time,
  mediaType: z.string(),
  aiGenerated: z.boolean(),
  /** ISCC body as on chain; the dapp draws the work's seal from it. */
  fingerprint: hash,
  /** Path of a small WebP picture on the API's origin (`/v1/works/:id/preview?w=…`), or null where none can be made. */
  preview: z.string().nullable(),
  /** Width and height of the picture behind the preview, pixels; null where unknown. */
  previewSize: z.object({ width: z.number().int(), height: z.number().int() }).nullable(),
  /** Mean color of the preview, "#rrggbb", to show before it loads. */
  color: z.string().nullable(),
  /** First lines of a text work. */
  excerpt: z.string().nullable(),
  /** Cheapest open offer, or null. */
  price: amount.nullable(),
  currency: address.nullable(),
  remixable: z.boolean(),
  licenses: z.number().int(),
  remixes: z.number().int(),
});
export type WorkCard = z.infer<typeof workCardSchema>;

/** Why a work is suggested. `params` fill the sentence of `code` in the reader's language. */
export const reasonSchema = z.object({
  code: z.enum([
    "creator-affinity",
    "bought-together",
    "similar-fingerprint",
    "same-tags",
    "rising",
    "fresh",
    "remix-of-owned",
    "made-on-network",
    "open-to-remix",
    "new-creator",
  ]),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  evidence: z.array(evidenceSchema),
});
export type Reason = z.infer<typeof reasonSchema>;

export const recommendationSchema = z.object({ work: workCardSchema, reasons: z.array(reasonSchema).min(1) });
export type Recommendation = z.infer<typeof recommendationSchema>;

export const shelfSchema = z.object({
  id: z.enum(["for-you", "rising", "fresh", "remixable", "network-made", "bought-together", "new-creators"]),
  items: z.array(recommendationSchema),
});
export type Shelf = z.infer<typeof shelfSchema>;

export const edgeSchema = z.object({
  parent: workCardSchema.nullable(),
  parentId: id,
  licenseId: id,
  share: z.number().int(),
  parentStack: z.number().int(),
  /** True where the share is of what the work itself is paid, and the parent pays its own parents from it. */
  relative: z.boolean(),
});

/** Revenue of one work in one currency, as the ledger states it. */
export const workRevenueSchema = z.object({
  currency: address,
  direct: amount,
  earned: amount,
  claimed: amount,
  /** What `claim` would pay now, without pulling. */
  claimable: amount,
  /** What `claim` would pay after all `pulls` are made. */
  claimableAfterPull: amount,
  /** What an open dispute keeps back in this currency, until a block time at the latest (seconds). */
  held: z.object({ until: time, amount }).nullable(),
  /** What `RoyaltyLedger.settleLien` would pay now, for each of the work's liens. */
  lienDues: z.array(amount),
  /** Edges below this work with something to pull, deepest first: arguments of `RoyaltyLedger.pull`. */
  pulls: z.array(z.object({ childId: id, edgeIndex: z.number().int(), delta: amount })),
});
export type WorkRevenue = z.infer<typeof workRevenueSchema>;

export const historyEntrySchema = z.object({
  type: z.string(),
  time,
  actor: address.nullable(),
  params: z.record(z.string(), z.string()),
  evidence: evidenceSchema,
});
export type HistoryEntry = z.infer<typeof historyEntrySchema>;

const effect = z.enum(Object.keys(DISPUTE_EFFECTS) as [DisputeEffect, ...DisputeEffect[]]);

/** A dispute: who claims what of which work, and where it is. */
export const disputeSchema = z.object({
  id,
  claim: z.enum(DISPUTE_CLAIMS).exclude(["none"]),
  status: z.enum(["opened", "answered", "arbitrating", "ruled", "ended"]),
  /** The work complained of; null for a mere breach of a license, and for the result of a job. */
  workId: id.nullable(),
  work: workCardSchema.nullable(),
  /** The work that was copied, licensed or left out. */
  otherWorkId: id.nullable(),
  otherWork: workCardSchema.nullable(),
  claimant: address,
  /** Who has to answer, later who answered. */
  respondent: address,
  arbitrator: address,
  /** What each side puts in, wei. */
  bond: amount,
  /** What the claimant asks for, and what of it is not carried out yet. */
  asked: z.array(effect),
  left: z.array(effect),
  /** End of the present step, block time; 0 when it is over. */
  deadline: time,
  openedAt: time,
  /** It holds what the work earns. */
  holds: z.boolean(),
  /** "none": the arbitrator refused, or nobody asked one. */
  ruling: z.enum(["none", "claimant", "respondent"]).nullable(),
  /** The ruling only says that nobody answered. */
  byDefault: z.boolean(),
  /** Oldest first; `exhibitCount` counts those that are left out too. */
  exhibits: z.array(z.object({ party: address, uri: z.string(), time, evidence: evidenceSchema })),
  exhibitCount: z.number().int(),
  opened: evidenceSchema,
});
export type Dispute = z.infer<typeof disputeSchema>;

export const workDetailSchema = workCardSchema.extend({
  description: z.string(),
  contentHash: hash,
  fingerprintHeader: z.number().int(),
  metadataDigest: hash,
  provenanceHash: hash,
  stack: z.number().int(),
  /** By ruling: no new licenses. */
  blocked: z.boolean(),
  /** By ruling: its content belongs to another work. */
  superseded: z.boolean(),
  /** Block time until which a dispute holds what the owner earns; null when it is free. */
  heldUntil: time.nullable(),
  /** Parts of the owner's share that rulings gave away: to a work, or else to an account. */
  liens: z.array(
    z.object({
      share: z.number().int(),
      /** An arbitrator ruled, so it is paid before those of disputes that nobody answered. */
      heard: z.boolean(),
      workId: id.nullable(),
      account: address.nullable(),
    }),
  ),
  /** Disputes that name the work, newest first, those that are over included. */
  disputes: z.array(disputeSchema),
  /** Payees of a co-created work and their shares of what its owner would get; null for a work of one. */
  split: z.object({ payees: z.array(address), ppm: z.array(z.number().int()) }).nullable(),
  iscc: isccSchema.nullable(),
  /** Null while the metadata document cannot be found. */
  metadata: workMetadataSchema.nullable(),
  metadataCid: z.string(),
  registration: evidenceSchema,
  offers: z.array(offerSchema),
  parents: z.array(edgeSchema),
  children: z.array(workCardSchema),
  revenue: z.array(workRevenueSchema),
  history: z.array(historyEntrySchema),
});
export type WorkDetail = z.infer<typeof workDetailSchema>;

export const lookalikeSchema = z.object({
  work: workCardSchema,
  verdict: z.enum(["same-file", "very-likely-same", "looks-similar"]),
  /** Hamming distance over the compared bits, and how many were compared; 0 of 256 for the same file. */
  distance: z.number().int(),
  bits: z.number().int(),
  /** The verdict rests on a comparison of both files, not on their codes alone. */
  verified: z.boolean(),
});
export type Lookalike = z.infer<typeof lookalikeSchema>;

/** Answer to an upload: the file is stored and named, nothing is registered yet. */
export const uploadSchema = z.object({
  file: z.object({ cid: z.string(), sha256: hash, mediaType: z.string(), bytes: z.number().int() }),
  kind,
  iscc: isccSchema,
  /** False when the content unit holds too little information to compare ("not searchable"). */
  searchable: z.boolean(),
  /** Id of the work with exactly these bytes, or null. */
  registeredAs: id.nullable(),
  lookalikes: z.array(lookalikeSchema),
});
export type Upload = z.infer<typeof uploadSchema>;

/** Where the check (or the dispute) of a job is, and when anybody can move it on. */
export const jobCheckSchema = z.object({
  stage: z.enum(["requested", "drawn", "decided", "stuck", "arbitrated", "ruled", "closed"]),
  /** Verifiers look at the job whatever the draw says. */
  certain: z.boolean(),
  /** Requested: anybody can draw after this block. */
  drawBlock: z.number().int(),
  /** Drawn: end of the time to reveal; decided, stuck, arbitrated: end of the stage; else 0. */
  deadline: time,
  /** Verifiers of the present round, and how many have revealed their verdict. */
  verifiers: z.array(address),
  revealed: z.number().int(),
  /** What the verifiers decided: the operator's result is right, or not; null before. */
  right: z.boolean().nullable(),
});

export const jobSchema = z.object({
  id,
  requester: address,
  operator: address.nullable(),
  modelWorkId: id,
  currency: address,
  price: amount,
  modelShare: z.number().int(),
  verification: z.number().int(),
  status: z.enum(["posted", "accepted", "submitted", "checking", "disputed", "settled", "refunded", "split"]),
  deadline: time,
  postedAt: time,
  specDigest: hash,
  spec: jobSpecSchema.nullable(),
  outputHash: hash.nullable(),
  receiptDigest: hash.nullable(),
  receipt: jobReceiptSchema.nullable(),
  /** Null while nobody asked for a check or a ruling. */
  check: jobCheckSchema.nullable(),
  /** Work registered from the output, if any. */
  outputWorkId: id.nullable(),
  /** Where the operator's node reports progress (SSE), or null. */
  progressUrl: z.string().nullable(),
  history: z.array(historyEntrySchema),
});
export type Job = z.infer<typeof jobSchema>;

export const operatorSchema = z.object({
  address,
  stake: amount,
  locked: amount,
  done: z.number().int(),
  failed: z.number().int(),
  earned: amount,
  capabilityDigest: hash,
  endpoint: z.string().nullable(),
  device: z.object({ kind: z.enum(["cpu", "gpu"]), name: z.string() }).nullable(),
  models: z.array(
    z.object({ workId: id, title: z.string(), sha256: hash, tasks: z.array(z.string()), priceWei: amount }),
  ),
  registeredAt: time,
});
export type Operator = z.infer<typeof operatorSchema>;

const point = z.object({ time, value: z.number() });

export const trendsSchema = z.object({
  /** Length of the window in seconds and of one bucket. */
  window: z.number().int(),
  bucket: z.number().int(),
  until: time,
  totals: z.object({
    works: z.number().int(),
    licenses: z.number().int(),
    remixes: z.number().int(),
    jobs: z.number().int(),
    creators: z.number().int(),
    buyers: z.number().int(),
    volumeWei: amount,
  }),
  /** Per bucket, oldest first: licenses sold, volume (ETH, rounded for drawing), works registered. */
  licenses: z.array(point),
  volume: z.array(point),
  works: z.array(point),
  /** Median and quartiles of license prices per bucket (ETH); buckets with no sale are left out. */
  prices: z.array(z.object({ time, p25: z.number(), median: z.number(), p75: z.number(), count: z.number().int() })),
  /** Time-decayed score (half-life a quarter of the window) and change against the window before. */
  tags: z.array(
    z.object({
      tag: z.string(),
      score: z.number(),
      works: z.number().int(),
      licenses: z.number().int(),
      change: z.number().nullable(),
    }),
  ),
  creators: z.array(
    z.object({ address, score: z.number(), works: z.number().int(), licenses: z.number().int(), volumeWei: amount }),
  ),
  works_rising: z.array(z.object({ work: workCardSchema, score: z.number(), licenses: z.number().int() })),
  kinds: z.array(z.object({ kind, works: z.number().int(), licenses: z.number().int(), volumeWei: amount })),
});
export type Trends = z.infer<typeof trendsSchema>;

export const accountSchema = z.object({
  address,
  works: z.array(workCardSchema),
  licenses: z.array(licenseSchema.extend({ work: workCardSchema })),
  /** Revenue of each owned work with any revenue. */
  earnings: z.array(z.object({ work: workCardSchema, revenue: z.array(workRevenueSchema) })),
  jobs: z.array(jobSchema),
  /** Withdrawable from the job market, and what jobs can be posted with. */
  jobCredits: z.array(z.object({ currency: address, amount })),
  /** Withdrawable from the royalty ledger: parts of splits, and what rulings awarded. */
  ledgerBalances: z.array(z.object({ currency: address, amount })),
  /** Bonds of disputes to withdraw, wei. */
  bondCredit: amount,
  /** Co-created works in whose splits the account has a part, with their revenue. */
  splits: z.array(
    z.object({
      work: workCardSchema,
      payees: z.array(address),
      ppm: z.array(z.number().int()),
      revenue: z.array(workRevenueSchema),
    }),
  ),
});
export type Account = z.infer<typeof accountSchema>;

export const statusSchema = z.object({
  ready: z.boolean(),
  works: z.number().int(),
  licenses: z.number().int(),
  jobs: z.number().int(),
  operators: z.number().int(),
  database: z.enum(["pglite", "postgresql"]),
  startedAt: time,
  version: z.string(),
});
export type Status = z.infer<typeof statusSchema>;

/** One message of `GET /v1/events`; SSE id = `seq`. `retracted` undoes what `seq` of `retracts` said, after a reorg. */
export const streamEventSchema = z.object({
  seq: z.number().int(),
  type: z.string(),
  block: z.number().int(),
  tx: hash.nullable(),
  workId: id.nullable(),
  jobId: id.nullable(),
  retracts: z.number().int().nullable(),
});
export type StreamEvent = z.infer<typeof streamEventSchema>;

/** Wraps an answer: `{ data, meta, next? }`. */
export function answerOf<T extends z.ZodType>(data: T) {
  return z.object({ data, meta: metaSchema });
}
/** Wraps a page of a list; `next` is an opaque keyset cursor or null. */
export function pageOf<T extends z.ZodType>(row: T) {
  return z.object({ data: z.array(row), next: z.string().nullable(), meta: metaSchema });
}
export type Answer<T> = { data: T; meta: Meta };
export type Page<T> = { data: T[]; next: string | null; meta: Meta };
