/** A plain model of the royalty ledger's rule, written from its definition and not from the contract: the oracle of the tests. */

const PPM = 1_000_000n;

export type ModelEdge = { parent: number; share: bigint };

/** Works with their parents, payments and pulls; amounts in the smallest unit, shares in ppm. */
export class LedgerModel {
  readonly works: { edges: ModelEdge[]; stack: bigint }[] = [];
  readonly #direct: bigint[] = [];
  readonly #passed: bigint[] = [];
  /** Paid for a work's ancestors alone: what the work would have to earn for them to be due it. */
  readonly #upstream: bigint[] = [];
  readonly #claimed: bigint[] = [];
  /** Per work and edge: the part of the work's base that has crossed. */
  readonly #crossed: bigint[][] = [];

  /** Adds a work; the stack is what it owes upstream of each unit. */
  add(edges: ModelEdge[]): number {
    const stack = edges.reduce((sum, edge) => sum + edge.share + this.#work(edge.parent).stack, 0n);
    this.works.push({ edges, stack });
    this.#direct.push(0n);
    this.#passed.push(0n);
    this.#upstream.push(0n);
    this.#claimed.push(0n);
    this.#crossed.push(edges.map(() => 0n));
    return this.works.length - 1;
  }

  pay(work: number, amount: bigint): void {
    this.#direct[work] = (this.#direct[work] ?? 0n) + amount;
  }

  /** All of the amount is the ancestors', in the parts that they get of a direct payment; a root's own where there are none. */
  payUpstream(work: number, amount: bigint): void {
    const { stack } = this.#work(work);
    if (stack === 0n) return this.pay(work, amount);
    const base = (amount * PPM) / stack;
    this.#upstream[work] = (this.#upstream[work] ?? 0n) + base;
    this.#passed[work] = (this.#passed[work] ?? 0n) + base;
  }

  /** What `pull` would move: nothing over an edge with neither a share nor a stack above it. */
  pullable(work: number, index: number): bigint {
    const edge = this.#work(work).edges[index];
    if (!edge || (edge.share === 0n && this.#work(edge.parent).stack === 0n)) return 0n;
    return (this.#direct[work] ?? 0n) + (this.#passed[work] ?? 0n) - (this.#crossed[work]?.[index] ?? 0n);
  }

  pull(work: number, index: number): void {
    const delta = this.pullable(work, index);
    const edge = this.#work(work).edges[index];
    const crossed = this.#crossed[work];
    if (!edge || !crossed) return;
    crossed[index] = (crossed[index] ?? 0n) + delta;
    this.#passed[edge.parent] = (this.#passed[edge.parent] ?? 0n) + delta;
  }

  /** What the owner could claim: derived anew each time from what crossed each edge so far. */
  claimable(work: number): bigint {
    const direct = this.#direct[work] ?? 0n;
    const owed = (direct * this.#work(work).stack + PPM - 1n) / PPM;
    let earned = 0n;
    for (const [child, { edges }] of this.works.entries()) {
      for (const [index, edge] of edges.entries()) {
        if (edge.parent === work) earned += ((this.#crossed[child]?.[index] ?? 0n) * edge.share) / PPM;
      }
    }
    return direct - owed + earned - (this.#claimed[work] ?? 0n);
  }

  claim(work: number): bigint {
    const amount = this.claimable(work);
    this.#claimed[work] = (this.#claimed[work] ?? 0n) + amount;
    return amount;
  }

  /**
   * What the work is due of all payments when everything is pulled, up to rounding, in units of 1e-6: by brute force, the sum over all
   * paths from each paid work down here of payment times the share of the path's last edge.
   */
  dueByPaths(work: number): bigint {
    let sum = 0n;
    for (const [paid, { stack }] of this.works.entries()) {
      const direct = this.#direct[paid] ?? 0n;
      if (paid === work) sum += direct * (PPM - stack);
      sum += (direct + (this.#upstream[paid] ?? 0n)) * this.#sharesOfPaths(paid, work);
    }
    return sum;
  }

  #sharesOfPaths(from: number, to: number): bigint {
    let sum = 0n;
    for (const edge of this.#work(from).edges) {
      if (edge.parent === to) sum += edge.share;
      sum += this.#sharesOfPaths(edge.parent, to);
    }
    return sum;
  }

  #work(index: number) {
    const work = this.works[index];
    if (!work) throw new RangeError(`no work ${index} in the model`);
    return work;
  }
}
