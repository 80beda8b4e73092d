import { expect } from "chai";
import { addPending, PENDING_KEY, readPending, removePending } from "../../frontend/chain/pending-store.ts";

/** Storage as a browser has it. */
function memoryStorage(start: Record<string, string> = {}): Storage {
  const items = new Map(Object.entries(start));
  return {
    get length() {
      return items.size;
    },
    clear: () => items.clear(),
    getItem: (key) => items.get(key) ?? null,
    key: (index) => [...items.keys()][index] ?? null,
    removeItem: (key) => {
      items.delete(key);
    },
    setItem: (key, value) => {
      items.set(key, value);
    },
  };
}

describe("pending transactions", () => {
  it("survive a reload and go when they are done", () => {
    const storage = memoryStorage();
    addPending({ hash: "0x01", label: "buy", sentAt: 1 }, storage);
    addPending({ hash: "0x02", label: "claim", sentAt: 2 }, storage);
    expect(readPending(storage).map((row) => row.hash)).to.deep.equal(["0x01", "0x02"]);
    expect(removePending("0x01", storage).map((row) => row.label)).to.deep.equal(["claim"]);
    removePending("0x02", storage);
    expect(storage.getItem(PENDING_KEY)).to.equal(null);
  });

  it("lists one transaction once", () => {
    const storage = memoryStorage();
    addPending({ hash: "0x01", label: "buy", sentAt: 1 }, storage);
    addPending({ hash: "0x01", label: "buy", sentAt: 5 }, storage);
    expect(readPending(storage)).to.deep.equal([{ hash: "0x01", label: "buy", sentAt: 5 }]);
  });

  it("drops what it cannot read", () => {
    const warn = console.warn;
    const warnings: unknown[] = [];
    console.warn = (...words) => warnings.push(words);
    try {
      expect(readPending(memoryStorage({ [PENDING_KEY]: "{not json" }))).to.deep.equal([]);
      expect(readPending(memoryStorage({ [PENDING_KEY]: '{"a":1}' }))).to.deep.equal([]);
      expect(readPending(memoryStorage({ [PENDING_KEY]: '[{"hash":3},{"hash":"0x1","label":"buy"}]' }))).to.have.length(
        1,
      );
    } finally {
      console.warn = warn;
    }
    expect(warnings).to.have.length(1);
  });
});
