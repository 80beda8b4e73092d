/** Command-line options of the gen-node's tools. */
import { parseArgs } from "node:util";
import { ColophonError } from "../../common/errors.ts";

export type Options = {
  text(name: string, fallback?: string): string;
  maybe(name: string): string | undefined;
  count(name: string, fallback: number, most: number): number;
  flag(name: string): boolean;
};

/**
 * Reads `--name value` and `--flag` arguments; any other argument is refused.
 * @throws ColophonError BAD_ARGUMENT
 */
export function readOptions(args: readonly string[], known: { values: string[]; flags: string[] }): Options {
  const options = Object.fromEntries([
    ...known.values.map((name) => [name, { type: "string" as const }]),
    ...known.flags.map((name) => [name, { type: "boolean" as const }]),
  ]);
  let values: Record<string, string | boolean | undefined>;
  try {
    values = parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values as typeof values;
  } catch (cause) {
    throw new ColophonError("BAD_ARGUMENT", (cause as Error).message, { cause });
  }
  const maybe = (name: string) => values[name] as string | undefined;
  return {
    maybe,
    text(name, fallback) {
      const value = maybe(name) ?? fallback;
      if (value !== undefined) return value;
      throw new ColophonError("BAD_ARGUMENT", `--${name} is missing.`);
    },
    count(name, fallback, most) {
      const value = Number(maybe(name) ?? fallback);
      if (Number.isInteger(value) && value >= 1 && value <= most) return value;
      throw new ColophonError("BAD_ARGUMENT", `--${name} is a whole number from 1 to ${most}.`);
    },
    flag: (name) => values[name] === true,
  };
}
