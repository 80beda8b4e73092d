import { LIMITS } from "../../common/limits.ts";
import type { Messages } from "../messages/en-rooms.ts";

/** What a person says about a work. */
export type WorkDraft = {
  title: string;
  description: string;
  /** Language of title and description. */
  lang: string;
  tags: string[];
  aiGenerated: boolean;
};

/** Splits what a person typed into tags: commas of either script, no doubles, lower case. */
export function parseTags(text: string): string[] {
  return [...new Set(text.split(/[,，、;；]/).map((tag) => tag.trim().toLowerCase()))].filter(Boolean);
}

/** What is wrong with a draft, or null. */
export function draftProblem(draft: WorkDraft, m: Messages): string | null {
  if (!draft.title.trim() || draft.title.length > LIMITS.titleChars) return m.create.invalid.title;
  if (draft.tags.length > LIMITS.tags || draft.tags.some((tag) => tag.length > LIMITS.tagChars)) {
    return m.create.invalid.tags;
  }
  return null;
}
