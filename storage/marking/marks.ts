/** What a generated file says of itself, in the words of IPTC, PLUS and XMP. */
import { z } from "zod";
import { DATA_MINING_CHOICES, type DataMiningChoice } from "../../common/data-mining.ts";
import { ColophonError } from "../../common/errors.ts";

/** IPTC's vocabulary of digital source types, and the terms of it that a machine's output can have. */
export const SOURCE_TYPE_BASE = "http://cv.iptc.org/newscodes/digitalsourcetype/";
/**
 * `trainedAlgorithmicMedia`: made by a trained model; `compositeWithTrainedAlgorithmicMedia`: of a human's work and a model's;
 * `algorithmicMedia`: made by rules alone.
 */
export const SOURCE_TYPES = [
  "trainedAlgorithmicMedia",
  "compositeWithTrainedAlgorithmicMedia",
  "algorithmicMedia",
] as const;

/** PLUS's vocabulary of data mining choices (PLUS LDF, `plus:DataMining`), and the terms of it that are offered. */
export const DATA_MINING_BASE = "http://ns.useplus.org/ldf/vocab/";
export const DATA_MINING: Readonly<Record<DataMiningChoice, string>> = {
  unspecified: "DMI-UNSPECIFIED",
  allowed: "DMI-ALLOWED",
  "no-ai-training": "DMI-PROHIBITED-AIMLTRAINING",
  "no-generative-ai-training": "DMI-PROHIBITED-GENAIMLTRAINING",
  prohibited: "DMI-PROHIBITED",
};

const line = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}]+$/u);

export const marksSchema = z.strictObject({
  sourceType: z.enum(SOURCE_TYPES),
  /** The creator's choice on text and data mining. */
  dataMining: z.enum(DATA_MINING_CHOICES),
  /** Where the license can be read. */
  license: z.url().max(2000).optional(),
  /** What made the file, with its version. */
  tool: line(200),
  /** The trained model, so that it can be found again. */
  model: line(300).optional(),
  /** `ISCC:...` of the content: the soft binding by which the file is found when its marks are gone. */
  iscc: z
    .string()
    .regex(/^ISCC:[A-Z2-7]{10,80}$/)
    .optional(),
});
export type Marks = z.infer<typeof marksSchema>;

/** Checked marks. @throws ColophonError BAD_MARKS */
export function parseMarks(marks: unknown): Marks {
  const parsed = marksSchema.safeParse(marks);
  if (parsed.success) return parsed.data;
  throw new ColophonError("BAD_MARKS", `A file cannot be marked so: ${z.prettifyError(parsed.error)}`, {
    cause: parsed.error,
  });
}

/** The marks as plain names and values, for formats without XMP and for people. In this order, always. */
export function plainMarks(marks: Marks): [string, string][] {
  return [
    ["DigitalSourceType", SOURCE_TYPE_BASE + marks.sourceType],
    ["DataMining", DATA_MINING_BASE + DATA_MINING[marks.dataMining]],
    ...(marks.license ? [["License", marks.license] satisfies [string, string]] : []),
    ["Software", marks.tool],
    ...(marks.model ? [["AISystemUsed", marks.model] satisfies [string, string]] : []),
    ...(marks.iscc ? [["ISCC", marks.iscc] satisfies [string, string]] : []),
  ];
}
