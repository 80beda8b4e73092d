/** Which form of a content a request asks for (path gateway and trustless gateway specifications, IPIP-412, IPIP-523). */
import { ColophonError } from "../common/errors.ts";

export type CarForm = { form: "car"; scope: "block" | "entity" | "all"; entityBytes: string | null; dups: boolean };
export type Form = { form: "file" } | { form: "raw" } | CarForm;

const RAW_TYPE = "application/vnd.ipld.raw";
const CAR_TYPE = "application/vnd.ipld.car";

/**
 * @param query one value per name (`format`, `dag-scope`, `entity-bytes`, `car-version`, `car-order`, `car-dups`); the query wins over
 *   the header
 * @throws ColophonError BAD_REQUEST, NOT_ACCEPTABLE
 */
export function negotiate(query: URLSearchParams, accept: string | undefined): Form {
  const format = query.get("format");
  if (format === "raw") return { form: "raw" };
  if (format === "car") return carForm(query, carParameters(accept));
  if (format !== null) throw notAcceptable(`format=${format.slice(0, 40)} is not served here.`);

  const wanted = parseAccept(accept);
  const first = wanted.find(({ type, parameters }) => servable(type, parameters));
  if (!first) throw notAcceptable("None of the accepted types is served here.");
  if (first.type === RAW_TYPE) return { form: "raw" };
  if (first.type === CAR_TYPE) return carForm(query, first.parameters);
  return { form: "file" };
}

type Wanted = { type: string; parameters: Map<string, string>; quality: number };

/** Accepted types, best first; no header accepts everything. */
function parseAccept(header: string | undefined): Wanted[] {
  if (!header?.trim()) return [{ type: "*/*", parameters: new Map(), quality: 1 }];
  const all = header.split(",").map((item): Wanted => {
    const [type = "", ...rest] = item.split(";").map((part) => part.trim().toLowerCase());
    const parameters = new Map(
      rest.map((part): [string, string] => {
        const at = part.indexOf("=");
        return at < 0
          ? [part, ""]
          : [
              part.slice(0, at).trim(),
              part
                .slice(at + 1)
                .trim()
                .replaceAll('"', ""),
            ];
      }),
    );
    const quality = Number(parameters.get("q") ?? 1);
    return { type, parameters, quality: Number.isFinite(quality) ? quality : 0 };
  });
  return all.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality);
}

/** Types of the IPFS world that stand for a form which is not served; everything else a file may turn out to be. */
function servable(type: string, parameters: Map<string, string>): boolean {
  if (type === RAW_TYPE) return true;
  if (type === CAR_TYPE) return carRefusal(parameters) === null;
  return !/^application\/(?:vnd\.ipld\.|vnd\.ipfs\.|x-tar$)/.test(type);
}

function carParameters(accept: string | undefined): Map<string, string> {
  return parseAccept(accept).find(({ type }) => type === CAR_TYPE)?.parameters ?? new Map();
}

function carRefusal(parameters: Map<string, string>): string | null {
  const version = parameters.get("version") ?? "1";
  const order = parameters.get("order") ?? "dfs";
  const dups = parameters.get("dups") ?? "n";
  if (version !== "1") return "Only CAR version 1 is served.";
  if (order !== "dfs" && order !== "unk") return "Only the orders dfs and unk are served.";
  if (dups !== "y" && dups !== "n") return "dups is y or n.";
  return null;
}

function carForm(query: URLSearchParams, header: Map<string, string>): CarForm {
  const parameters = new Map(header);
  for (const name of ["version", "order", "dups"]) {
    const value = query.get(`car-${name}`);
    if (value !== null) parameters.set(name, value);
  }
  const refusal = carRefusal(parameters);
  if (refusal) throw new ColophonError("BAD_REQUEST", refusal);
  const entityBytes = query.get("entity-bytes");
  const scope = entityBytes === null ? (query.get("dag-scope") ?? "all") : "entity";
  if (scope !== "block" && scope !== "entity" && scope !== "all") {
    throw new ColophonError("BAD_REQUEST", "dag-scope is block, entity or all.");
  }
  return { form: "car", scope, entityBytes, dups: parameters.get("dups") === "y" };
}

function notAcceptable(detail: string): ColophonError {
  return new ColophonError("NOT_ACCEPTABLE", detail, { status: 406 });
}
