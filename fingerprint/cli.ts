/** `npm run -s fingerprint -- FILE… [--title T] [--description D] [--json]`: what each file is and how it is recognised. */
import { parseArgs } from "node:util";
import { ColophonError } from "../common/errors.ts";
import type { FingerprintOptions } from "./fingerprint.ts";
import { fingerprintPath } from "./fingerprint-path.ts";
import "./node.ts";

const USAGE = "usage: npm run -s fingerprint -- FILE… [--title TITLE] [--description TEXT] [--json]";

/** One file's answer: its fingerprint or what is wrong with it. */
type FileReport =
  | Awaited<ReturnType<typeof fingerprintFile>>
  | { path: string; error: { code: string; message: string } };

async function main(): Promise<number> {
  const { values, positionals } = readArguments();
  if (values.help || positionals.length === 0) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  const files: FileReport[] = [];
  for (const path of positionals) {
    const report = await fingerprintFile(path, values).catch((error: unknown) => ({ path, error: describe(error) }));
    files.push(report);
    if (!values.json) console.log(readable(report));
  }
  if (values.json) console.log(JSON.stringify({ files }));
  return files.some((file) => "error" in file) ? 1 : 0;
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        title: { type: "string" },
        description: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
}

async function fingerprintFile(path: string, { title, description }: FingerprintOptions) {
  const {
    iscc,
    content256,
    alternates: _,
    searchable,
    reason,
    cid,
    mediaType,
    bytes,
    sha256,
    blake3,
    ...rest
  } = await fingerprintPath(path, { title, description });
  return { path, mediaType, bytes, sha256, blake3, cid, iscc, content256, searchable, reason, ...rest };
}

function describe(error: unknown): { code: string; message: string } {
  if (error instanceof ColophonError) return { code: error.code, message: error.message };
  throw error;
}

function readable(file: FileReport): string {
  if ("error" in file) return `${file.path}\n  refused   ${file.error.message} (${file.error.code})`;
  const size = file.image ? `, ${file.image.width} x ${file.image.height} pixels` : "";
  return [
    file.path,
    `  kind      ${file.kind} (${file.mediaType}), ${file.bytes} bytes${size}`,
    `  sha256    ${file.sha256}`,
    `  blake3    ${file.blake3}`,
    `  cid       ${file.cid}`,
    `  iscc      ${file.iscc.code}`,
    ...(["meta", "content", "data", "instance"] as const).flatMap((unit) =>
      file.iscc[unit] ? [`  ${unit.padEnd(10)}${file.iscc[unit]}`] : [],
    ),
    `  search    ${file.searchable ? "look-alikes can be searched for" : file.reason}`,
  ].join("\n");
}

process.exitCode = await main();
