import type { FolderItem } from "./walk-folder.ts";

/** Changes when the page's form does, so that caches notice. */
export const FOLDER_PAGE_VERSION = 1;

/**
 * A page that lists a folder. It has no script and needs none.
 * @param path from `/ipfs/` on, decoded, without a slash at the end
 */
export function folderPage(path: string, items: readonly FolderItem[]): string {
  const parts = path.split("/").slice(2);
  const crumbs = parts.map(
    (name, i) => `<a href="${hrefOf(["", "ipfs", ...parts.slice(0, i + 1)])}/">${text(name)}</a>`,
  );
  const up = parts.length > 1 ? `<li><a href="${hrefOf(["", "ipfs", ...parts.slice(0, -1)])}/">..</a></li>\n` : "";
  const rows = items.map(
    ({ name, cid, bytes }) =>
      `<li><a href="${hrefOf(["", "ipfs", ...parts, name])}">${text(name)}</a> <code><a href="/ipfs/${cid.toString()}?filename=${encodeURIComponent(name)}">${cid.toString()}</a></code> ${bytes} bytes</li>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Index of ${text(path)}</title>
<h1>Index of /ipfs/${crumbs.join("/")}</h1>
<ul>
${up}${rows.join("\n")}
</ul>
</html>
`;
}

function hrefOf(parts: readonly string[]): string {
  return parts.map((part) => encodeURIComponent(part.toWellFormed())).join("/");
}

function text(value: string): string {
  return value.replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
