/** Documents named by their hash: a work's metadata, a job's specification and receipt, a node's capabilities. */
import { z } from "zod";
import { DATA_MINING_CHOICES } from "./data-mining.ts";
import { LIMITS } from "./limits.ts";
import { WORK_KINDS } from "./work-kind.ts";

const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
/** In a base of letters and digits: it becomes part of addresses and file names, so nothing in it may mean anything there. */
const cid = z.string().regex(/^[A-Za-z0-9]{10,120}$/);
const kind = z.enum(Object.keys(WORK_KINDS) as [keyof typeof WORK_KINDS, ...(keyof typeof WORK_KINDS)[]]);

/** One stored file. */
export const fileSchema = z.object({
  cid,
  sha256: hash,
  mediaType: z.string().max(100),
  bytes: z.number().int().nonnegative(),
});
export type StoredFile = z.infer<typeof fileSchema>;

/** ISCC of a file; units are `ISCC:...` strings as the standard spells them. */
export const isccSchema = z.object({
  code: z.string(),
  meta: z.string().optional(),
  content: z.string().optional(),
  data: z.string(),
  instance: z.string(),
  /** The code's body, 32 bytes left aligned and zero padded, and its two header bytes, as on chain. */
  body: hash,
  header: z.number().int().min(0).max(0xffff),
});
export type Iscc = z.infer<typeof isccSchema>;

/** How a generated work came to be: everything needed to re-run it. Its canonical hash is `provenanceHash` on chain. */
export const provenanceSchema = z.object({
  schema: z.literal("colophon/provenance/1"),
  chainId: z.number().int(),
  jobMarket: address,
  jobId: z.string(),
  operator: address,
  specCid: cid,
  receiptCid: cid,
});
export type Provenance = z.infer<typeof provenanceSchema>;

/** A work's metadata; `metadataDigest` on chain is the SHA-256 of its canonical JSON. */
export const workMetadataSchema = z.object({
  schema: z.literal("colophon/work/1"),
  title: z.string().min(1).max(LIMITS.titleChars),
  description: z.string().max(LIMITS.descriptionChars).default(""),
  /** BCP 47 tag of title and description. */
  lang: z.string().max(35).default("en"),
  kind,
  tags: z.array(z.string().min(1).max(LIMITS.tagChars)).max(LIMITS.tags).default([]),
  file: fileSchema,
  /** A picture that stands for the work where the file itself cannot be shown (cover of a melody, sheet of a model). */
  cover: fileSchema.optional(),
  /** A rendering people can play (a MIDI file's audio). */
  preview: fileSchema.optional(),
  iscc: isccSchema,
  /** Set when a machine made the file. */
  provenance: provenanceSchema.optional(),
  /** True when a machine made or helped to make the file. */
  aiGenerated: z.boolean().default(false),
});
export type WorkMetadata = z.infer<typeof workMetadataSchema>;

/** What a node is asked to do; `specDigest` on chain is the SHA-256 of its canonical JSON. */
export const jobSpecSchema = z.object({
  schema: z.literal("colophon/job/1"),
  task: z.enum(["generate-image", "remix-image"]),
  model: z.object({ workId: z.string(), cid, sha256: hash }),
  /** Any text; every random number of the run derives from it. */
  seed: z.string().min(1).max(128),
  params: z
    .object({
      /** Tiles per side: of the sheet for `generate-image`, of the mosaic for `remix-image`. */
      tiles: z.number().int().min(1).max(64),
      /** Pixels per tile side in the output. */
      tilePixels: z.number().int().min(4).max(128).default(28),
      /** Two to eight sRGB colors "#rrggbb" that a generated sheet is tinted with; a remix takes its input's own. */
      palette: z
        .array(z.string().regex(/^#[0-9a-f]{6}$/))
        .min(2)
        .max(8)
        .optional(),
    })
    .strict(),
  /** The licensed picture of a remix. */
  input: z.object({ workId: z.string(), licenseId: z.string(), cid, sha256: hash }).optional(),
  /** What the requester wants the output to say of itself, beside what it always says (how and by what it was made). */
  marks: z
    .object({
      dataMining: z.enum(DATA_MINING_CHOICES).optional(),
      /** Where the output's license can be read. */
      license: z.url().max(2000).optional(),
    })
    .strict()
    .optional(),
});
export type JobSpec = z.infer<typeof jobSpecSchema>;

/** What a node delivered; `receiptDigest` on chain is the SHA-256 of its canonical JSON. */
export const jobReceiptSchema = z.object({
  schema: z.literal("colophon/receipt/1"),
  chainId: z.number().int(),
  jobMarket: address,
  jobId: z.string(),
  operator: address,
  specDigest: hash,
  engine: z.object({ name: z.string(), version: z.string(), wasmSha256: hash, modelSha256: hash }),
  output: fileSchema.extend({ width: z.number().int(), height: z.number().int() }),
  /** A copy of the output with a signed C2PA manifest, where the node has a signer. Not reproducible: the output above is what counts. */
  signed: fileSchema.optional(),
});
export type JobReceipt = z.infer<typeof jobReceiptSchema>;

/** What a node offers; `capability` on chain is the SHA-256 of its canonical JSON. */
export const capabilitySchema = z.object({
  schema: z.literal("colophon/capability/1"),
  operator: address,
  /** Where the node serves `/health`, `/jobs/:id` and `/jobs/:id/events` (SSE). */
  endpoint: z.url(),
  device: z.object({ kind: z.enum(["cpu", "gpu"]), name: z.string() }),
  engine: z.object({ name: z.string(), version: z.string(), wasmSha256: hash }),
  models: z.array(
    z.object({
      workId: z.string(),
      sha256: hash,
      tasks: z.array(jobSpecSchema.shape.task),
      /** Smallest price per job in wei, decimal text. */
      priceWei: z.string().regex(/^\d+$/),
    }),
  ),
});
export type Capability = z.infer<typeof capabilitySchema>;

/** What somebody brings forward in a dispute, in their own words; the dispute module names it by its CID. */
export const statementSchema = z.object({
  schema: z.literal("colophon/statement/1"),
  text: z.string().trim().min(1).max(LIMITS.statementChars),
  /** BCP 47 tag of the text. */
  lang: z.string().max(35).default("en"),
});
export type Statement = z.infer<typeof statementSchema>;

/** A node's own view of one job: `GET {endpoint}/jobs/:id` and each SSE message of `/jobs/:id/events`. */
export const jobProgressSchema = z.object({
  jobId: z.string(),
  phase: z.enum([
    "queued",
    "accepting",
    "fetching",
    "generating",
    "publishing",
    "submitting",
    "submitted",
    "settled",
    "failed",
  ]),
  /** 0 to 1 over the whole job. */
  fraction: z.number().min(0).max(1),
  outputCid: z.string().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type JobProgress = z.infer<typeof jobProgressSchema>;
