/** Marks of generated files: text fields always, a signed manifest where a signer is installed. */
export { type Ingredient, manifestDefinition, type ManifestDefinition } from "./c2pa-manifest.ts";
export { markOutput } from "./mark-output.ts";
export { DATA_MINING, type Marks, marksSchema, SOURCE_TYPES } from "./marks.ts";
export { pngTexts } from "./png.ts";
export { readManifest } from "./read-manifest.ts";
export { loadSigner, signC2pa, type SignerPackage, type SigningKey } from "./sign-c2pa.ts";
export { TDM_HEADERS, tdmRules } from "./tdmrep.ts";
