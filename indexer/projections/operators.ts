/** Operators of generation nodes: stake, capabilities, and how their jobs ended. */
import { column, type RowOf, table } from "../db/table.ts";
import { type EvidenceColumn, evidenceOf, type Projection, ref, type Rows } from "./projection.ts";

export const operatorTable = table("market.operator", ["address"], {
  address: column.text,
  capability: column.text,
  stake: column.amount,
  locked: column.amount,
  unbonding: column.amount,
  registered_at: column.int,
  evidence: column.json<EvidenceColumn>(),
});
export type OperatorRow = RowOf<typeof operatorTable>;

export const operatorsProjection: Projection = {
  tables: [operatorTable],
  reducers: {
    "OperatorRegistry.OperatorRegistered": {
      reads: ({ args }) => [ref(operatorTable, args.operator)],
      apply(event, rows) {
        const { args } = event;
        const before = rows.get(operatorTable, args.operator);
        rows.set(operatorTable, {
          address: args.operator,
          capability: args.capability,
          stake: BigInt(args.stake),
          locked: before?.locked ?? 0n,
          unbonding: before?.unbonding ?? 0n,
          registered_at: before?.registered_at ?? event.time,
          evidence: before?.evidence ?? evidenceOf(event),
        });
      },
    },
    "OperatorRegistry.CapabilitySet": {
      reads: ({ args }) => [ref(operatorTable, args.operator)],
      apply: ({ args }, rows) => change(rows, args.operator, () => ({ capability: args.capability })),
    },
    "OperatorRegistry.StakeAdded": {
      reads: ({ args }) => [ref(operatorTable, args.operator)],
      apply: ({ args }, rows) => change(rows, args.operator, (o) => ({ stake: o.stake + BigInt(args.amount) })),
    },
    "OperatorRegistry.UnbondingStarted": {
      reads: ({ args }) => [ref(operatorTable, args.operator)],
      apply: ({ args }, rows) =>
        change(rows, args.operator, (o) => ({
          stake: o.stake - BigInt(args.amount),
          unbonding: o.unbonding + BigInt(args.amount),
        })),
    },
    "OperatorRegistry.StakeWithdrawn": {
      reads: ({ args }) => [ref(operatorTable, args.operator)],
      apply: ({ args }, rows) => change(rows, args.operator, (o) => ({ unbonding: o.unbonding - BigInt(args.amount) })),
    },
    "OperatorRegistry.StakeLocked": {
      reads: ({ args }) => [ref(operatorTable, args.operator)],
      apply: ({ args }, rows) => change(rows, args.operator, (o) => ({ locked: o.locked + BigInt(args.amount) })),
    },
    "OperatorRegistry.StakeReleased": {
      reads: ({ args }) => [ref(operatorTable, args.operator)],
      apply: ({ args }, rows) => change(rows, args.operator, (o) => ({ locked: o.locked - BigInt(args.amount) })),
    },
    "OperatorRegistry.Slashed": {
      reads: ({ args }) => [ref(operatorTable, args.operator)],
      apply: ({ args }, rows) =>
        change(rows, args.operator, (o) => ({
          stake: o.stake - BigInt(args.amount),
          locked: o.locked - BigInt(args.amount),
        })),
    },
  },
};

function change(rows: Rows, address: string, update: (operator: OperatorRow) => Partial<OperatorRow>): void {
  const operator = rows.get(operatorTable, address);
  if (operator) rows.set(operatorTable, { ...operator, ...update(operator) });
}
