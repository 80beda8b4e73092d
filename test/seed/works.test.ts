import { expect } from "chai";
import { type Fingerprint, FingerprintIndex, fingerprint } from "../../fingerprint/node.ts";
import type { PlannedWork } from "../../scripts/seed/catalog/work.ts";
import { makeWork } from "../../scripts/seed/make-work.ts";
import { isOrdered, makePlan, parentOf } from "../../scripts/seed/plan.ts";

const MIB = 1024 * 1024;
const plan = makePlan();
/** Works that need no generation node, parents before children. */
const own = [...plan.works.values()].filter((work) => !fromNode(work));

function fromNode(work: PlannedWork): boolean {
  const parent = parentOf(work);
  return isOrdered(work) || (parent !== null && fromNode(plan.works.get(parent) as PlannedWork));
}

describe("seed market: files", function () {
  this.timeout(180_000);
  const made = new Map<string, { bytes: Uint8Array; print: Fingerprint }>();

  before(async () => {
    for (const work of own) {
      const parent = parentOf(work);
      const { file, cover, preview } = await makeWork(work, parent ? made.get(parent)?.bytes : undefined);
      const print = await fingerprint(file.bytes, { title: work.title, description: work.description });
      expect(print.mediaType, work.key).to.equal(file.mediaType);
      expect(file.bytes.length, work.key).to.be.lessThan(MIB);
      expect(cover?.mediaType, work.key).to.equal(work.recipe.type === "melody" ? "image/png" : undefined);
      expect(preview?.mediaType, work.key).to.equal(work.recipe.type === "melody" ? "audio/wav" : undefined);
      for (const extra of [cover, preview]) expect(extra?.bytes.length ?? 0).to.be.lessThan(MIB);
      made.set(work.key, { bytes: file.bytes, print });
    }
  });

  it("are all accepted by the fingerprint, each with its own content hash", () => {
    expect(made.size).to.be.at.least(50);
    expect(new Set([...made.values()].map(({ print }) => print.sha256)).size).to.equal(made.size);
    const plain: string[] = [];
    for (const work of own) {
      const { recipe } = work;
      const { print } = made.get(work.key) as { print: Fingerprint };
      if ("size" in recipe) expect([print.image?.width, print.image?.height]).to.deep.equal([...recipe.size]);
      if ((print.kind === "image" || print.kind === "text") && !print.searchable) plain.push(work.key);
    }
    // Half the coefficients of a rosette or a mirrored cloth are zero, so the fingerprint rightly refuses to compare it.
    expect(plain.length, plain.join(", ")).to.be.at.most(4);
  });

  it("come out the same when made again", async () => {
    for (const key of ["seven-ridges", "waltz-lit-hall", "night-rain", "plaited-ridges", "rose-window"]) {
      const work = plan.works.get(key) as PlannedWork;
      const parent = parentOf(work);
      const again = await makeWork(work, parent ? made.get(parent)?.bytes : undefined);
      const first = made.get(key)?.bytes as Uint8Array;
      expect(Buffer.compare(again.file.bytes, first), key).to.equal(0);
    }
  });

  it("are not taken for each other, unless one is made from the other", () => {
    const index = new FingerprintIndex();
    for (const [key, { print }] of made) index.add(key, print);
    const related = (a: string, b: string): boolean => {
      const lineage = (key: string): string[] => {
        const parent = parentOf(plan.works.get(key) as PlannedWork);
        return parent ? [key, ...lineage(parent)] : [key];
      };
      return lineage(a).includes(b) || lineage(b).includes(a);
    };
    const alike: string[] = [];
    for (const [key, { print }] of made) {
      for (const match of index.query(print)) {
        if (match.id <= key || related(key, match.id)) continue;
        alike.push(`${key} and ${match.id}: ${match.verdict} (${match.distance} of ${match.bits})`);
      }
    }
    expect(alike).to.deep.equal([]);
  });
});
