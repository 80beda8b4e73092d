/** Limits on inputs, in one place. Bytes unless the name says otherwise. */
export const LIMITS = {
  /** Largest file that may be registered. */
  uploadBytes: 32 * 1024 * 1024,
  /** Largest picture, pixels after decoding (a decompression bomb is one that passes this). */
  imagePixels: 40_000_000,
  /** Longest side of a picture, pixels. */
  imageSide: 16_384,
  /** Largest color profile and compressed texts of one picture together, after unpacking. Profiles of printers have about 4 MB. */
  imageMetadataBytes: 8 * 1024 * 1024,
  /** Longest sound, seconds. */
  audioSeconds: 1800,
  /** Longest text, characters. */
  textChars: 4_000_000,
  /** Largest metadata, specification, receipt or capability document: one raw block. */
  documentBytes: 256 * 1024,
  /** Longest title and description, characters. */
  titleChars: 200,
  descriptionChars: 4_000,
  /** Longest statement in a dispute, characters. */
  statementChars: 20_000,
  /** Tags per work, and characters per tag. */
  tags: 12,
  tagChars: 32,
  /** Parents per work (the contracts' limit). */
  parents: 8,
  /** Blocks that somebody's CAR has or names, which memory holds until all are there. */
  carBlocks: 65_536,
  /** Rows per page of a list. */
  pageRows: 100,
} as const;
