import { parseArgs } from "node:util";
import { ColophonError } from "../../common/errors.ts";

export const USAGE = "usage: npm run -s journey -- --file PATH [--json] [--fresh] [--url http://localhost:4600]";

export type Arguments = {
  file: string;
  json: boolean;
  /** Always use a temporary stack. */
  fresh: boolean;
  /** URL of a running stack; null: find one, or start a temporary one. */
  url: string | null;
};

/** Reads the command line. Throws `BAD_ARGUMENTS`. */
export function parseArguments(argv: readonly string[]): Arguments {
  let values: { file?: string; json?: boolean; fresh?: boolean; url?: string };
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        file: { type: "string" },
        json: { type: "boolean" },
        fresh: { type: "boolean" },
        url: { type: "string" },
      },
    }));
  } catch (cause) {
    const message = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : "";
    throw new ColophonError("BAD_ARGUMENTS", `${message} (${USAGE})`, { cause });
  }
  if (!values.file) throw new ColophonError("BAD_ARGUMENTS", `A file is needed (${USAGE}).`);
  if (values.fresh && values.url)
    throw new ColophonError("BAD_ARGUMENTS", "--fresh starts its own stack: leave --url out.");
  if (values.url !== undefined && !URL.canParse(values.url)) {
    throw new ColophonError("BAD_ARGUMENTS", `"${values.url}" is not a URL.`);
  }
  return { file: values.file, json: values.json ?? false, fresh: values.fresh ?? false, url: values.url ?? null };
}
