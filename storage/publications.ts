/** What is known of each published work: a pure reduction of the publisher's journal. */

/** A work is `stored` (durable here), `replicated` (enough copies were read back and checked), then `announced`. */
export type PublicationState = "stored" | "replicated" | "announced";

export type Publication = {
  cid: string;
  state: PublicationState;
  /** Targets whose copy was read back and checked, and when last (ms of the epoch). */
  proven: Record<string, number>;
  /** Targets whose copy is not there, and why (an error's code). */
  missing: Record<string, string>;
};

/** What one chain transaction needed, and what came of sending it. */
export type Sending = { purpose: string; cids: string[]; result: string };

export type PublicationRecord =
  | { type: "stored"; cid: string }
  | { type: "proven"; cid: string; target: string; at: number }
  | { type: "missing"; cid: string; target: string; code: string }
  | { type: "state"; cid: string; state: PublicationState }
  | ({ type: "sent" } & Sending)
  | { type: "forgotten"; cid: string };

export class Publications {
  readonly works = new Map<string, Publication>();
  readonly sendings = new Map<string, Sending>();

  apply(record: PublicationRecord): void {
    if (record.type === "sent") {
      this.sendings.set(record.purpose, { purpose: record.purpose, cids: record.cids, result: record.result });
      return;
    }
    const { cid } = record;
    if (record.type === "forgotten") {
      this.works.delete(cid);
      return;
    }
    const work = this.works.get(cid) ?? { cid, state: "stored", proven: {}, missing: {} };
    this.works.set(cid, work);
    if (record.type === "state") work.state = record.state;
    else if (record.type === "proven") {
      work.proven[record.target] = record.at;
      delete work.missing[record.target];
    } else if (record.type === "missing") {
      work.missing[record.target] = record.code;
      delete work.proven[record.target];
    }
  }

  /** The fewest records that say the same. */
  records(): PublicationRecord[] {
    const records: PublicationRecord[] = [];
    for (const { cid, state, proven, missing } of this.works.values()) {
      records.push({ type: "stored", cid });
      for (const [target, at] of Object.entries(proven)) records.push({ type: "proven", cid, target, at });
      for (const [target, code] of Object.entries(missing)) records.push({ type: "missing", cid, target, code });
      if (state !== "stored") records.push({ type: "state", cid, state });
    }
    for (const sending of this.sendings.values()) records.push({ type: "sent", ...sending });
    return records;
  }
}
