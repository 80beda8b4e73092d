import { DATA_MINING, DATA_MINING_BASE, type Marks, SOURCE_TYPE_BASE } from "./marks.ts";

/**
 * An XMP packet (ISO 16684-1) with IPTC Extension, PLUS and XMP Rights properties. Equal marks give equal bytes: it has no time, no random id and no
 * padding.
 */
export function xmpPacket(marks: Marks): string {
  const properties = [
    ["Iptc4xmpExt:DigitalSourceType", SOURCE_TYPE_BASE + marks.sourceType],
    ["plus:DataMining", DATA_MINING_BASE + DATA_MINING[marks.dataMining]],
    ...(marks.license ? [["xmpRights:WebStatement", marks.license]] : []),
    ["xmp:CreatorTool", marks.tool],
    ...(marks.model ? [["Iptc4xmpExt:AISystemUsed", marks.model]] : []),
    ...(marks.iscc ? [["dc:identifier", marks.iscc]] : []),
  ].map(([name = "", value = ""]) => `   <${name}>${escape(value)}</${name}>`);
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
${properties.join("\n")}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>`;
}

function escape(value: string): string {
  return value.replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
