import { expect } from "chai";
import fc from "fast-check";
import { documentHtml, escapeHtml, scriptJson } from "../../frontend/app/document-html.ts";
import type { Boot } from "../../frontend/data/boot-data.ts";
import { predictAddresses } from "../../scripts/predict-addresses.ts";

const boot = (change: Partial<Boot> = {}): Boot => ({
  config: {
    deployment: {
      chainId: 31337,
      genesisHash: "0x",
      deployBlock: 1,
      contracts: predictAddresses("0x00000000000000000000000000000000000000aa", 0n),
    },
    rpcUrl: "http://127.0.0.1:1",
    gatewayUrl: "http://127.0.0.1:2",
    local: true,
    version: "0",
  },
  locale: "zh",
  theme: null,
  viewer: null,
  path: "/",
  now: 0,
  queries: null,
  ...change,
});
const assets = { entry: "/assets/client.js", preload: { zh: ["/assets/zh.js"], en: [] }, css: "body{}" };
const page = (change: Partial<Boot>, title = "t") =>
  documentHtml({
    body: "<p>b</p>",
    boot: boot(change),
    head: { title, description: "d", image: null, status: 200 },
    assets,
    pathname: "/works/3",
  });

describe("the page around the tree", () => {
  it("lets no text break out of the data block, and reads back what it wrote", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const json = scriptJson({ text });
        return !json.includes("<") && !/[\u2028\u2029]/.test(json) && JSON.parse(json).text === text;
      }),
    );
    expect(page({ queries: { title: "</script><script>alert(1)</script>" } }).match(/<\/script>/g)).to.have.length(2);
  });

  it("escapes titles", () => {
    expect(page({}, '"><img src=x onerror=alert(1)>')).to.not.include("<img");
    expect(escapeHtml(`<a b="c">'&`)).to.equal("&lt;a b=&quot;c&quot;&gt;&#39;&amp;");
  });

  it("runs no inline script", () => {
    const scripts = [...page({}).matchAll(/<script([^>]*)>([^<]*)/g)];
    expect(scripts.map((match) => match[1])).to.deep.equal([
      ' type="application/json" id="colophon-boot"',
      ' type="module" fetchpriority="low" src="/assets/client.js"',
    ]);
    expect(scripts[1]?.[2]).to.equal("");
  });

  it("says its language, its theme and its other language", () => {
    expect(page({})).to.include('<html lang="zh-Hans">');
    expect(page({ theme: "dark" })).to.include('<html lang="zh-Hans" data-theme="dark">');
    expect(page({})).to.include('hreflang="en" href="/en/works/3"');
  });
});
