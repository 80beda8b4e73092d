/** A small made-up market for looking at pages: every answer passes the API's own schemas. */
import { createHash } from "node:crypto";
import type { Job, Operator, Recommendation, Shelf, Trends, WorkCard, WorkDetail } from "../../common/api/schemas.ts";
import { Prng } from "../../common/prng.ts";
import { TERM_PRESETS, type TermPreset, termsIdOf } from "../../common/terms.ts";
import { DEV_ADDRESSES } from "../../frontend/chain/dev-addresses.ts";

export const NOW = 1_795_000_000;
const DAY = 86_400;
const COIN = `0x${"00".repeat(20)}`;
const hash = (text: string): `0x${string}` => `0x${createHash("sha256").update(text).digest("hex")}`;
const addresses = Object.keys(DEV_ADDRESSES);
const creators = addresses.slice(2, 8);

const TITLES = [
  ["Tidal ledger", "en"],
  ["山中夜雨", "zh"],
  ["Forty-one windows", "en"],
  ["Salt and graphite", "en"],
  ["Nocturne for a small machine", "en"],
  ["纸上的河流", "zh"],
  ["Interference, morning", "en"],
  ["On keeping bees in winter, with notes", "en"],
  ["Quarry", "en"],
  ["Lattice after rain", "en"],
  ["无尽回廊", "zh"],
  ["Study in four reds", "en"],
] as const;

const KINDS = [
  "image",
  "image",
  "image",
  "text",
  "image",
  "music",
  "image",
  "image",
  "text",
  "image",
  "image",
  "model",
] as const;
const SIZES = [
  [1400, 1000],
  [900, 1200],
  [1200, 1200],
  [1600, 900],
  [1000, 1500],
  [1200, 1000],
] as const;
const COLORS = ["#7c5b45", "#32506b", "#a9543c", "#5e6a4b", "#c9a45f", "#40434d"];

const EXCERPTS: Record<string, string> = {
  en: "The ledger was wet when they found it, and the figures had run into one another like tide lines. Nobody could say any longer what had been owed, or to whom. So they dried it by the stove, page after page, and began to read it as a map.",
  zh: "夜里下起雨来，山便退得很远。\n灯下只剩一张纸，纸上只剩一条河。\n我沿着它的笔画往上走，\n走到墨还没有干的地方。",
};

function card(index: number): WorkCard {
  const [title, lang] = TITLES[index % TITLES.length] as (typeof TITLES)[number];
  const kind = KINDS[index % KINDS.length] as (typeof KINDS)[number];
  const [width, height] = SIZES[index % SIZES.length] as (typeof SIZES)[number];
  const creator = creators[index % creators.length] as string;
  const picture = kind !== "text";
  return {
    id: String(index + 1),
    kind,
    title:
      index >= TITLES.length ? `${title} ${["II", "III", "IV"][Math.floor(index / TITLES.length) - 1] ?? "V"}` : title,
    lang,
    tags: [["tide", "ink"], ["rain", "paper"], ["grid", "glass"], ["essay"], ["red"]][index % 5] as string[],
    creator,
    owner: creator,
    registeredAt: NOW - (index * 17 + 3) * 40_000,
    mediaType: kind === "text" ? "text/plain" : kind === "music" ? "audio/midi" : "image/png",
    aiGenerated: index % 7 === 4,
    preview: picture ? `/v1/works/${index + 1}/preview` : null,
    previewSize: picture ? { width, height } : null,
    color: picture ? (COLORS[index % COLORS.length] as string) : null,
    excerpt: kind === "text" ? (EXCERPTS[lang] as string) : null,
    price: index % 6 === 5 ? null : String(10n ** 16n * BigInt((index % 5) + 1)),
    currency: index % 6 === 5 ? null : COIN,
    remixable: index % 2 === 0,
    licenses: (index * 7) % 12,
    remixes: index % 3,
    fingerprint: hash(`fingerprint ${index}`),
  };
}

export const WORKS: WorkCard[] = Array.from({ length: 34 }, (_, index) => card(index));
const work = (id: number) => WORKS[id - 1] as WorkCard;
const evidence = (event: string, seed: number) => ({
  tx: hash(`tx ${seed}`),
  block: 1200 + seed,
  logIndex: seed % 5,
  event,
});

const reason = (
  code: Recommendation["reasons"][number]["code"],
  params: Record<string, string | number>,
  count = 2,
) => ({
  code,
  params,
  evidence: Array.from({ length: count }, (_, index) => evidence("LicenseIssued", index * 3 + code.length)),
});

export function shelves(viewer: string | null): Shelf[] {
  const shelf = (id: Shelf["id"], ids: number[], make: (id: number) => Recommendation["reasons"]): Shelf => ({
    id,
    items: ids.map((number) => ({ work: work(number), reasons: make(number) })),
  });
  return [
    ...(viewer
      ? [
          shelf("for-you", [3, 7, 12, 9, 2], () => [
            reason("creator-affinity", { creator: creators[2] as string, licenses: 2 }),
          ]),
        ]
      : []),
    shelf("rising", [1, 2, 3, 4, 5, 6, 7, 8], (id) => [reason("rising", { buyers: id + 2, days: 7 }, 6)]),
    shelf("fresh", [10, 9, 11, 13, 14, 15], (id) => [reason("fresh", { days: id - 9 }, 1)]),
    shelf("remixable", [17, 19, 21, 23, 25], () => [
      reason("open-to-remix", { share: 100_000, price: "20000000000000000", currency: COIN }, 1),
    ]),
    shelf("network-made", [26, 27, 28, 30], (id) => [
      reason("made-on-network", { jobId: String(id), operator: creators[0] as string, modelWorkId: "12" }),
    ]),
    shelf("new-creators", [31, 32, 33, 34], () => [
      reason("new-creator", { creator: creators[5] as string, days: 3, buyers: 2 }),
    ]),
  ];
}

/** The work that something is claimed about. */
export const DISPUTED = "6";

function disputed(id: string): Pick<WorkDetail, "heldUntil" | "liens" | "disputes"> {
  const common = {
    workId: id,
    work: work(Number(id)),
    claimant: addresses[9] as string,
    respondent: work(Number(id)).owner,
    arbitrator: addresses[11] as string,
    bond: "20000000000000000",
    exhibits: [],
    exhibitCount: 0,
    opened: evidence("DisputeOpened", 9),
  };
  const open = {
    ...common,
    id: "7",
    claim: "near-duplicate" as const,
    status: "opened" as const,
    otherWorkId: "2",
    otherWork: work(2),
    asked: ["lien" as const, "block" as const],
    left: ["lien" as const, "block" as const],
    deadline: NOW + 5 * DAY,
    openedAt: NOW - 2 * DAY,
    holds: true,
    ruling: null,
    byDefault: false,
  };
  const over = {
    ...common,
    id: "3",
    claim: "missing-parent" as const,
    status: "ended" as const,
    otherWorkId: "1",
    otherWork: work(1),
    asked: ["lien" as const],
    left: [],
    deadline: 0,
    openedAt: NOW - 60 * DAY,
    holds: false,
    ruling: "claimant" as const,
    byDefault: true,
  };
  return {
    heldUntil: NOW + 38 * DAY,
    liens: [
      { share: 300_000, heard: true, workId: "2", account: null },
      { share: 250_000, heard: false, workId: "1", account: null },
    ],
    disputes: [open, over],
  };
}

export function detail(id: string): WorkDetail | null {
  const found = WORKS[Number(id) - 1];
  if (!found) return null;
  const terms = (preset: TermPreset) => ({ ...TERM_PRESETS[preset], termsId: termsIdOf(TERM_PRESETS[preset]) });
  const offer = (number: number, preset: TermPreset, price: bigint) => ({
    id: String(number),
    workId: id,
    terms: terms(preset),
    derivativeShare: terms(preset).derivativeShare,
    currency: COIN,
    price: String(price),
    supply: preset === "training" ? 5 : 0,
    sold: found.licenses,
    expiresAt: 0,
    closed: false,
  });
  const iscc = {
    code: "ISCC:KEC43HJLPUSHVAZT66YLPUWNVACWYPIV533TRQMWF2IUQYSP5LA4CTY",
    data: "ISCC:GAAQQICFKJYKY4KU",
    instance: "ISCC:IAAVJQMSVQTK7NYP",
    body: found.fingerprint as `0x${string}`,
    header: 0x0503,
  };
  const file = {
    cid: "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
    sha256: hash(`file ${id}`),
    mediaType: found.mediaType,
    bytes: 482_113,
  };
  const child = Number(id) % 3 === 0;
  return {
    ...found,
    description:
      found.lang === "zh"
        ? "以松烟墨与清水写在未施胶的皮纸上，待其自行渗开后扫描。渗开的边缘即河岸。"
        : "Ink on unsized paper, left in the rain for as long as the rain lasted, then scanned. The edges of the stains are where the tide stood at each hour.",
    contentHash: hash(`file ${id}`),
    fingerprintHeader: 0x0503,
    metadataDigest: hash(`metadata ${id}`),
    provenanceHash: `0x${"00".repeat(32)}`,
    stack: child ? 150_000 : 0,
    blocked: false,
    superseded: false,
    ...(id === DISPUTED ? disputed(id) : { heldUntil: null, liens: [], disputes: [] }),
    split: null,
    iscc,
    metadata: {
      schema: "colophon/work/1",
      title: found.title,
      description: "",
      lang: found.lang,
      kind: found.kind,
      tags: found.tags,
      file,
      iscc,
      aiGenerated: found.aiGenerated,
      ...(found.kind === "music" ? { preview: { ...file, mediaType: "audio/wav" } } : {}),
    },
    metadataCid: file.cid,
    registration: evidence("WorkRegistered", Number(id)),
    offers:
      found.price === null
        ? []
        : [offer(1, "remix", BigInt(found.price)), offer(2, "commercial", BigInt(found.price) * 2n)],
    parents: child
      ? [
          { parent: work(1), parentId: "1", licenseId: "4", share: 100_000, parentStack: 0, relative: false },
          { parent: work(12), parentId: "12", licenseId: "5", share: 50_000, parentStack: 0, relative: false },
        ]
      : [],
    children: found.remixes ? WORKS.slice(20, 20 + found.remixes) : [],
    revenue: [
      {
        currency: COIN,
        direct: "120000000000000000",
        earned: "8000000000000000",
        claimed: "40000000000000000",
        claimable: "80000000000000000",
        claimableAfterPull: "88000000000000000",
        held: id === DISPUTED ? { until: NOW + 38 * DAY, amount: "21000000000000000" } : null,
        lienDues: id === DISPUTED ? ["6000000000000000", "0"] : [],
        pulls: [{ childId: "21", edgeIndex: 0, delta: "80000000000000000" }],
      },
    ],
    history: [
      {
        type: "registered",
        time: found.registeredAt,
        actor: found.creator,
        params: {},
        evidence: evidence("WorkRegistered", 1),
      },
      {
        type: "offered",
        time: found.registeredAt,
        actor: null,
        params: { price: "20000000000000000" },
        evidence: evidence("OfferSet", 2),
      },
      ...[3, 4, 5, 6].map((n) => ({
        type: "licensed",
        time: found.registeredAt + n * DAY,
        actor: addresses[7 + n] as string,
        params: { price: "20000000000000000", licenseId: String(n) },
        evidence: evidence("LicenseIssued", n),
      })),
    ],
  };
}

export const similar = (id: string): Recommendation[] =>
  [4, 6, 8, 10].map((number) => ({
    work: work(((Number(id) + number) % WORKS.length) + 1),
    reasons: [reason("similar-fingerprint", { workId: id, distance: 11, bits: 64, title: "Tidal ledger" }, 1)],
  }));

export function trends(days: number): Trends {
  const prng = new Prng(`trends ${days}`);
  const bucket = days > 30 ? 7 * DAY : DAY;
  const count = Math.ceil((days * DAY) / bucket);
  const times = Array.from({ length: count }, (_, index) => NOW - (count - index) * bucket);
  const wave = (base: number) =>
    times.map((time, index) => ({ time, value: Math.round(base * (1 + Math.sin(index / 3)) + prng.float() * base) }));
  return {
    window: days * DAY,
    bucket,
    until: NOW,
    totals: {
      works: 58,
      licenses: 214,
      remixes: 17,
      jobs: 12,
      creators: 9,
      buyers: 23,
      volumeWei: "5340000000000000000",
    },
    licenses: wave(5),
    volume: wave(3).map((p) => ({ ...p, value: p.value / 20 })),
    works: wave(2),
    prices: times.map((time, index) => ({
      time,
      p25: 0.01 + index / 4000,
      median: 0.02 + index / 2000,
      p75: 0.04 + index / 1000,
      count: 3 + (index % 4),
    })),
    tags: ["tide", "ink", "rain", "paper", "grid", "essay"].map((tag, index) => ({
      tag,
      score: 9.4 - index * 1.3,
      works: 9 - index,
      licenses: 31 - index * 4,
      change: index === 3 ? null : 0.4 - index * 0.15,
    })),
    creators: creators.map((address, index) => ({
      address,
      score: 8 - index,
      works: 9 - index,
      licenses: 40 - index * 5,
      volumeWei: String(10n ** 17n * BigInt(9 - index)),
    })),
    works_rising: [1, 3, 5, 7].map((id, index) => ({ work: work(id), score: 4 - index / 2, licenses: 9 - index })),
    kinds: (["image", "music", "text", "model"] as const).map((kind, index) => ({
      kind,
      works: 30 - index * 8,
      licenses: 120 - index * 30,
      volumeWei: String(10n ** 17n * BigInt(30 - index * 7)),
    })),
  };
}

export const OPERATORS: Operator[] = [
  {
    address: addresses[1] as string,
    stake: "2000000000000000000",
    locked: "10000000000000000",
    done: 11,
    failed: 0,
    earned: "95000000000000000",
    capabilityDigest: hash("capability"),
    endpoint: "http://127.0.0.1:4603",
    device: { kind: "cpu", name: "2 cores, WebAssembly SIMD" },
    models: [
      {
        workId: "12",
        title: "Study in four reds",
        sha256: hash("file 12"),
        tasks: ["generate-image", "remix-image"],
        priceWei: "10000000000000000",
      },
    ],
    registeredAt: NOW - 30 * DAY,
  },
];

export function job(id: string): Job | null {
  const number = Number(id);
  if (!(number >= 1 && number <= 12)) return null;
  const status = (["settled", "settled", "submitted", "accepted", "posted", "refunded"] as const)[
    number % 6
  ] as Job["status"];
  const done = status === "settled" || status === "submitted";
  return {
    id,
    requester: creators[1] as string,
    operator: status === "posted" ? null : (addresses[1] as string),
    modelWorkId: "12",
    currency: COIN,
    price: "20000000000000000",
    modelShare: 200_000,
    verification: 1,
    status,
    deadline: NOW + 3600,
    postedAt: NOW - number * 4000,
    specDigest: hash(`spec ${id}`),
    spec: {
      schema: "colophon/job/1",
      task: "remix-image",
      model: {
        workId: "12",
        cid: "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
        sha256: hash("file 12"),
      },
      seed: "first light",
      params: { tiles: 24, tilePixels: 28 },
      input: {
        workId: "1",
        licenseId: "4",
        cid: "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
        sha256: hash("file 1"),
      },
    },
    outputHash: done ? hash(`output ${id}`) : null,
    receiptDigest: done ? hash(`receipt ${id}`) : null,
    receipt: null,
    check: null,
    outputWorkId: status === "settled" ? "9" : null,
    progressUrl: null,
    history: (["posted", "accepted", "submitted", "settled"] as const).slice(0, done ? 4 : 2).map((type, index) => ({
      type,
      time: NOW - number * 4000 + index * 300,
      actor: type === "posted" ? (creators[1] as string) : (addresses[1] as string),
      params: (type === "posted" ? { price: "20000000000000000" } : {}) as Record<string, string>,
      evidence: evidence(`Job${type[0]?.toUpperCase()}${type.slice(1)}`, number * 4 + index),
    })),
  };
}

export const JOBS: Job[] = Array.from({ length: 9 }, (_, index) => job(String(9 - index)) as Job);
