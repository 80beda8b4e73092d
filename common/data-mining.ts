/**
 * A creator's choice on text and data mining, as generated files carry it: by the terms of the PLUS vocabulary
 * (`plus:DataMining`) and of CAWG's training and data mining assertion.
 */
export const DATA_MINING_CHOICES = [
  "unspecified",
  "allowed",
  "no-ai-training",
  "no-generative-ai-training",
  "prohibited",
] as const;

export type DataMiningChoice = (typeof DATA_MINING_CHOICES)[number];
