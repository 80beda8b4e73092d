import { expect } from "chai";
import { LIMITS } from "../../common/limits.ts";
import { type Action, HISTORY_SECONDS, isOrdered, makePlan, parentOf, remixOffer } from "../../scripts/seed/plan.ts";
import type { PlannedWork } from "../../scripts/seed/catalog/work.ts";

const plan = makePlan();
const works = [...plan.works.values()];
const workOf = (key: string) => plan.works.get(key) as PlannedWork;
const buys = plan.actions.filter((action): action is Extract<Action, { kind: "buy" }> => action.kind === "buy");

function depthOf(work: PlannedWork): number {
  const parent = parentOf(work);
  return parent ? 1 + depthOf(workOf(parent)) : 0;
}

describe("seed market: plan", () => {
  it("is the same every time", () => {
    expect(JSON.stringify(makePlan().actions)).to.equal(JSON.stringify(plan.actions));
  });

  it("has at least 48 works by six creators, of every kind, in both languages", () => {
    expect(works.length).to.be.at.least(48);
    expect(plan.works.size).to.equal(works.length);
    for (let i = 1; i <= 6; i++) {
      expect(works.filter((work) => work.creator === `creator-${i}`).length).to.be.at.least(7);
    }
    const count = (type: string) => works.filter((work) => work.recipe.type === type).length;
    expect(count("picture")).to.be.at.least(28);
    expect(count("melody")).to.be.at.least(8);
    expect(count("text")).to.be.at.least(6);
    expect(works.filter(isOrdered).length).to.be.at.least(6);
    expect(count("remix")).to.be.at.least(3);
    expect(works.filter((work) => work.lang === "zh").length).to.be.at.least(12);
    expect(new Set(works.map((work) => work.title)).size).to.equal(works.length);
  });

  it("describes works within the limits of metadata", () => {
    for (const work of works) {
      expect(work.title.length, work.key).to.be.within(1, LIMITS.titleChars);
      expect(work.description.length, work.key).to.be.within(10, LIMITS.descriptionChars);
      expect(work.tags.length, work.key).to.be.within(3, LIMITS.tags);
      expect(new Set(work.tags).size, work.key).to.equal(work.tags.length);
      for (const tag of work.tags) expect(tag.length).to.be.within(1, LIMITS.tagChars);
      expect(/[\u4e00-\u9fff]/.test(work.title + work.description), work.key).to.equal(work.lang === "zh");
    }
  });

  it("lies inside its eight weeks, in order", () => {
    let last = 0;
    for (const action of plan.actions) {
      expect(action.at).to.be.within(Math.max(0, last), HISTORY_SECONDS);
      last = action.at;
    }
    expect(HISTORY_SECONDS).to.equal(56 * 86_400);
  });

  it("uses nothing before it exists, and publishes each work once", () => {
    const published = new Set<string>();
    const offers = new Set<string>();
    const owned = new Set<string>();
    const posted = new Set<string>();
    const settled = new Set<string>();
    for (const action of plan.actions) {
      if (action.kind === "publish") {
        const work = workOf(action.work);
        expect(published.has(work.key), work.key).to.equal(false);
        expect(action.by).to.equal(work.creator);
        const parent = parentOf(work);
        if (parent)
          expect(owned.has(`${work.creator} ${parent} ${remixOffer(workOf(parent))}`), work.key).to.equal(true);
        if (isOrdered(work)) expect(settled.has(work.key), work.key).to.equal(true);
        published.add(work.key);
        offers.add(`${work.key} 0`);
      } else if (action.kind === "offer") {
        expect(published.has(action.work)).to.equal(true);
        offers.add(`${action.work} ${action.offer}`);
      } else if (action.kind === "buy") {
        expect(offers.has(`${action.work} ${action.offer}`), `${action.by} ${action.work}`).to.equal(true);
        owned.add(`${action.by} ${action.work} ${action.offer}`);
      } else if (action.kind === "post") posted.add(action.job);
      else if (action.kind === "settle") {
        expect(posted.has(action.job)).to.equal(true);
        settled.add(action.job);
      }
    }
    expect(published.size).to.equal(works.length);
    expect(offers.size).to.equal(works.reduce((sum, work) => sum + work.offers.length, 0));
  });

  it("lets nobody buy an own work, nor the same offer twice", () => {
    const seen = new Set<string>();
    for (const { by, work, offer } of buys) {
      expect(by, work).to.not.equal(workOf(work).creator);
      expect(seen.has(`${by} ${work} ${offer}`), `${by} ${work}`).to.equal(false);
      seen.add(`${by} ${work} ${offer}`);
    }
    expect(buys.length).to.be.at.least(120);
    for (let i = 1; i <= 6; i++) expect(buys.filter(({ by }) => by === `buyer-${i}`).length).to.be.at.least(10);
  });

  it("has remixes of other people's works, three generations deep, each parent offered for remixing", () => {
    const derived = works.filter((work) => parentOf(work));
    for (const work of derived) {
      const parent = workOf(parentOf(work) as string);
      expect(parent.creator, work.key).to.not.equal(work.creator);
      expect(remixOffer(parent), parent.key).to.be.at.least(0);
    }
    expect(Math.max(...works.map(depthOf))).to.equal(3);
  });

  it("sells to taste: each buyer has a favorite creator, and new works rise in the last week", () => {
    for (let i = 1; i <= 6; i++) {
      const own = buys.filter(({ by }) => by === `buyer-${i}`).map(({ work }) => workOf(work).creator);
      const most = Math.max(...own.map((creator) => own.filter((other) => other === creator).length));
      expect(most / own.length, `buyer-${i}`).to.be.at.least(0.3);
    }
    const week = HISTORY_SECONDS - 7 * 86_400;
    const rising = works.filter((work) => {
      const buyers = new Set(buys.filter((buy) => buy.work === work.key && buy.at > week).map(({ by }) => by));
      return work.day < 7 && buyers.size >= 3;
    });
    expect(rising.length).to.be.at.least(3);
  });
});
