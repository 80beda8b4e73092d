/**
 * Conformance self-test that ships with the library: call it once where the code runs, and a broken engine, bundler or
 * Unicode table shows before a wrong code is registered. The vectors are of our own making; `eval:iscc` runs the public
 * ones. Takes about 50 ms.
 */
import { SELF_TEST_CODES } from "./self-test-codes.ts";
import {
  audioCodeV0,
  dataCodeV0,
  imageCodeV0,
  instanceCodeV0,
  isccCodeV0,
  metaCodeV0,
  mixedCodeV0,
  textCodeV0,
  videoCodeV0,
} from "./v0.ts";

export type SelfTestReport = { total: number; failures: { name: string; expected: string; got: string }[] };

/** Unsigned 32-bit numbers of x -> 1664525 x + 1013904223 (mod 2^32), the same wherever integers are. */
function sequence(seed: number, length: number): Uint32Array {
  let x = seed;
  return Uint32Array.from({ length }, () => (x = (Math.imul(x, 1664525) + 1013904223) >>> 0));
}

function bytes(seed: number, length: number): Uint8Array {
  return Uint8Array.from(sequence(seed, length), (x) => x >>> 24);
}

function words(seed: number, count: number): string {
  const syllables = ["ka", "lo", "mi", "ne", "ru", "sa", "te", "vo", "é", "ß", "字", "画", "λό", "ﬁ", "Ⅷ", "🎨"];
  return Array.from(sequence(seed, count), (x) =>
    Array.from({ length: 1 + ((x >>> 8) & 3) }, (_, i) => syllables[(x >>> (12 + 4 * i)) & 15]).join(""),
  ).join(" ");
}

function frames(seed: number, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => Uint8Array.from(sequence(seed + i, 380), (x) => (x >>> 24) % 3));
}

const cut = (data: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(data.length / size) }, (_, i) => data.subarray(i * size, (i + 1) * size));

const LONG_TITLE = words(3, 90);
const BITS = [64, 96, 128, 160, 192, 224, 256];

/** What is computed, by the name of its vector. */
const CASES: Record<string, () => string> = {
  "meta title": () => metaCodeV0({ name: "The Clock Mender" }).iscc,
  "meta description": () =>
    metaCodeV0({ name: "The Clock Mender", description: "A tale of brass and rain." }, 256).iscc,
  "meta spaces and marks": () => metaCodeV0({ name: " The\u00a0Clock\n Mendér\u200b! " }).iscc,
  "meta long title": () => metaCodeV0({ name: LONG_TITLE, description: LONG_TITLE }, 128).iscc,
  "meta object": () => metaCodeV0({ name: "Object", meta: { year: 1912, b: [1e21, 0.5, null], a: "ü" } }, 256).iscc,
  "meta linked data": () => metaCodeV0({ name: "Object", meta: { "@context": "https://schema.org" } }).metahash,
  "meta data URL": () => metaCodeV0({ name: "Object", meta: "data:text/plain,a%20b%ff" }, 256).iscc,
  "meta hash": () => metaCodeV0({ name: "The Clock Mender", description: "A tale." }).metahash,
  "text empty": () => textCodeV0("").iscc,
  "text short": () => textCodeV0("Short.", 256).iscc,
  "text scripts": () => textCodeV0(words(7, 400), 256).iscc,
  "text characters": () => String(textCodeV0(words(7, 400)).characters),
  "image black": () => imageCodeV0(new Uint8Array(1024), 256).iscc,
  "image ramp": () =>
    imageCodeV0(
      Uint8Array.from({ length: 1024 }, (_, i) => (i & 31) * 4 + (i >>> 5) * 3),
      256,
    ).iscc,
  "image noise": () => imageCodeV0(bytes(11, 1024), 256).iscc,
  "audio one": () => audioCodeV0(Int32Array.of(-2), 256).iscc,
  "audio seven": () => audioCodeV0(Int32Array.from(sequence(13, 7)), 256).iscc,
  "audio 500": () => audioCodeV0(Int32Array.from(sequence(17, 500)), 256).iscc,
  "video one": () => videoCodeV0(frames(19, 1), 256).iscc,
  "video 30, doubled": () => videoCodeV0([...frames(23, 30), ...frames(23, 30)], 256).iscc,
  "mixed four": () => mixedCodeV0(mixedParts(), 64).iscc,
  "mixed four, 128": () => mixedCodeV0(mixedParts(), 128).iscc,
  "data empty": () => dataCodeV0(new Uint8Array(), 256).iscc,
  "data 255": () => dataCodeV0(bytes(29, 255), 256).iscc,
  "data 100 000 in pieces of 7": () => dataCodeV0(cut(bytes(31, 100_000), 7), 256).iscc,
  "data zeros": () => dataCodeV0(new Uint8Array(50_000), 256).iscc,
  "instance empty": () => instanceCodeV0(new Uint8Array(), 256).iscc,
  ...Object.fromEntries(
    [1, 64, 65, 1024, 1025, 5000, 16_385, 65_537].map((length) => [
      `instance ${length}`,
      () => instanceCodeV0(bytes(37, length), 256).datahash,
    ]),
  ),
  "instance 200 000 in pieces of 999": () => instanceCodeV0(cut(bytes(41, 200_000), 999), 256).iscc,
  ...Object.fromEntries(BITS.map((bits) => [`data of ${bits} bits`, () => dataCodeV0(bytes(43, 5000), bits).iscc])),
  "code of all units": () => isccCodeV0([...units(), textCodeV0(words(47, 30)).iscc]).iscc,
  "code without content": () => isccCodeV0(units()).iscc,
  "code of data and instance": () => isccCodeV0(units().slice(1)).iscc,
};

function mixedParts(): string[] {
  return [
    textCodeV0(words(53, 60), 128).iscc,
    imageCodeV0(bytes(59, 1024), 256).iscc,
    audioCodeV0(Int32Array.from(sequence(61, 90)), 160).iscc,
    videoCodeV0(frames(67, 4), 128).iscc,
  ];
}

function units(): string[] {
  const data = bytes(71, 3000);
  return [metaCodeV0({ name: "All units" }).iscc, dataCodeV0(data).iscc, instanceCodeV0(data).iscc];
}

/** Computes every vector. @returns the ones that differ: none where this library works */
export function isccSelfTest(): SelfTestReport {
  const names = Object.keys(CASES);
  const failures = names.flatMap((name) => {
    const expected = SELF_TEST_CODES[name] ?? "";
    const got = attempt(CASES[name]!);
    return got === expected ? [] : [{ name, expected, got }];
  });
  return { total: names.length, failures };
}

function attempt(run: () => string): string {
  try {
    return run();
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}
