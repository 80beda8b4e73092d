/** Address of an original file on the gateway, which is another origin than the page. */
export function fileUrl(gatewayUrl: string, cid: string): string {
  return `${gatewayUrl.replace(/\/$/, "")}/ipfs/${cid}`;
}
