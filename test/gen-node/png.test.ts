import { expect } from "chai";
import fc from "fast-check";
import sharp from "sharp";
import { encodePng } from "../../gen-node/encode/png.ts";
import { crc32 } from "../../gen-node/encode/crc32.ts";

describe("the PNG writer", () => {
  it("writes what another decoder reads back pixel by pixel, for any size and content", async () => {
    const picture = fc
      .record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 40 }), gray: fc.boolean() })
      .chain(({ width, height, gray }) => {
        const channels = gray ? (1 as const) : (3 as const);
        const length = width * height * channels;
        return fc
          .uint8Array({ minLength: length, maxLength: length })
          .map((data) => ({ width, height, channels, data }));
      });
    await fc.assert(
      fc.asyncProperty(picture, async ({ width, height, channels, data }) => {
        const png = encodePng({ width, height, channels, data });
        const { data: read, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
        expect({ width: info.width, height: info.height }).to.deep.equal({ width, height });
        const per = info.channels;
        for (let i = 0; i < width * height; i++) {
          for (let c = 0; c < 3; c++) {
            const expected = data[i * channels + (channels === 1 ? 0 : c)];
            expect(read[i * per + Math.min(c, per - 1)]).to.equal(expected);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("uses the filters: a gradient packs below a fiftieth of its size", () => {
    const data = Uint8Array.from({ length: 256 * 256 * 3 }, (_, i) => Math.floor(i / 3) % 256);
    expect(encodePng({ width: 256, height: 256, channels: 3, data }).length).to.be.below((256 * 256 * 3) / 50);
  });

  it("refuses sizes that do not fit the pixels", () => {
    const data = new Uint8Array(12);
    expect(() => encodePng({ width: 2, height: 3, channels: 3, data }))
      .to.throw()
      .with.property("code", "BAD_PIXELS");
    expect(() => encodePng({ width: 0, height: 4, channels: 3, data }))
      .to.throw()
      .with.property("code", "BAD_PIXELS");
  });

  it("computes CRC-32 as ISO 3309 has it", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).to.equal(0xcbf43926);
  });
});
