/** Parameters that several routes take. */
import { z } from "zod";
import { LIMITS } from "../../common/limits.ts";

/** Id of a work, offer, license or job. */
export const idParameter = z.string().regex(/^\d{1,18}$/, "an id is a decimal number");
export const addressParameter = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "an address is 0x and 40 hex digits");
export const hashParameter = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, "a hash is 0x and 64 hex digits")
  .transform((text) => text.toLowerCase() as `0x${string}`);
export const limitParameter = z.coerce.number().int().min(1).max(LIMITS.pageRows).default(24);
export const cursorParameter = z.string().max(400).optional();
export const flagParameter = z.enum(["true", "false", "1", "0"]).transform((text) => text === "true" || text === "1");
