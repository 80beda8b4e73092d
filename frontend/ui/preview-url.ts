/** Address of a work's preview at a width (320, 640 or 1280); other parameters, such as the version, stay. */
export function previewUrl(preview: string, width: 320 | 640 | 1280): string {
  const [path = "", query = ""] = preview.split("?");
  const parameters = new URLSearchParams(query);
  parameters.set("w", String(width));
  return `${path}?${parameters}`;
}
