import { type Marks, SOURCE_TYPE_BASE } from "./marks.ts";

/** A file that went into the work. */
export type Ingredient = {
  title: string;
  mediaType: string /** Where its license can be read. */;
  license?: string;
  sha256: string;
};

/** A claim in the form that C2PA signers take ("manifest definition" of the C2PA SDKs). */
export type ManifestDefinition = {
  claim_generator_info: { name: string; version: string }[];
  title: string;
  format: string;
  assertions: { label: string; data: unknown }[];
};

/** Entries of CAWG's training and data mining assertion 1.0. */
const MINING_ENTRIES = [
  "cawg.ai_generative_training",
  "cawg.ai_training",
  "cawg.ai_inference",
  "cawg.data_mining",
] as const;

/**
 * What a signed manifest says of a generated file: how it was made (C2PA 2, `c2pa.actions.v2`), what may be learned from it (CAWG
 * `cawg.training-mining`), and by what it is found again (`c2pa.soft-binding`, algorithm `io.iscc.v0`).
 */
export function manifestDefinition(
  marks: Marks,
  file: { title: string; mediaType: string; ingredients?: readonly Ingredient[] },
): ManifestDefinition {
  const [, name = marks.tool, version = "0"] = /^(.*) ([\w.+-]+)$/.exec(marks.tool) ?? [];
  const created = {
    action: "c2pa.created",
    digitalSourceType: SOURCE_TYPE_BASE + marks.sourceType,
    softwareAgent: { name, version },
    ...(marks.model ? { parameters: { "com.colophon.model": marks.model } } : {}),
  };
  const assertions: ManifestDefinition["assertions"] = [
    { label: "c2pa.actions.v2", data: { actions: [created] } },
    { label: "cawg.training-mining", data: { entries: miningEntries(marks) } },
  ];
  if (marks.iscc) {
    // A binding's value is bytes in base64: the code as it is written.
    const value = Buffer.from(marks.iscc).toString("base64");
    assertions.push({
      label: "c2pa.soft-binding",
      data: { alg: "io.iscc.v0", blocks: [{ scope: {}, value }] },
    });
  }
  const ingredients = (file.ingredients ?? []).map(({ title, mediaType, license, sha256 }) => ({
    title,
    format: mediaType,
    sha256,
    ...(license ? { license } : {}),
  }));
  if (marks.license || ingredients.length > 0) {
    const data = { ...(marks.license ? { license: marks.license } : {}), ingredients };
    assertions.push({ label: "com.colophon.rights", data });
  }
  return { claim_generator_info: [{ name, version }], title: file.title, format: file.mediaType, assertions };
}

function miningEntries({ dataMining, license }: Marks): Record<string, { use: string; constraint_info?: string }> {
  if (dataMining === "unspecified") return {};
  const forbidden: Record<Exclude<Marks["dataMining"], "unspecified">, readonly string[]> = {
    allowed: [],
    "no-generative-ai-training": ["cawg.ai_generative_training"],
    "no-ai-training": ["cawg.ai_generative_training", "cawg.ai_training"],
    prohibited: MINING_ENTRIES,
  };
  return Object.fromEntries(
    MINING_ENTRIES.map((entry) => {
      if (!forbidden[dataMining].includes(entry)) return [entry, { use: "allowed" }];
      // Whoever buys a license may: the prohibition says where.
      return [entry, license ? { use: "constrained", constraint_info: license } : { use: "notAllowed" }];
    }),
  );
}
