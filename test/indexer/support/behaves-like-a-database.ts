/** What both engines must do alike. */
import { expect } from "chai";
import { hasCode } from "../../../common/errors.ts";
import type { Database } from "../../../indexer/db/database.ts";
import { column, table } from "../../../indexer/db/table.ts";

/** Declares the tests. @param open the database under test, once the suite has begun */
export function behavesLikeADatabase(open: () => Database): void {
  const sample = table("sample_row", ["id", "name"], {
    id: column.id,
    name: column.text,
    size: column.int,
    amount: column.amount,
    flag: column.bool,
    note: column.nullable(column.text),
    place: column.json<{ a: number; list: string[] }>(),
  });
  const row = (id: string, name = 'quote " comma , brace {} \\ null') => ({
    id,
    name,
    size: 2 ** 40,
    amount: 2n ** 256n - 1n,
    flag: id === "1",
    note: id === "1" ? null : "NULL",
    place: { a: 1.5, list: ['"', "é"] },
  });

  it("brings every kind of value back as it was written", async () => {
    const database = open();
    await database.exec(sample.ddl);
    await sample.upsert(
      database,
      [row("1"), row("2")].map((r) => sample.encode(r)),
    );
    expect(await sample.selectAll(database)).to.deep.equal([row("1"), row("2")]);
    expect(await sample.select(database, [sample.keyOf(row("2")), sample.keyFrom(["9", "x"])])).to.deep.equal([
      row("2"),
    ]);
    await sample.upsert(database, [sample.encode({ ...row("1"), flag: false })]);
    await sample.remove(database, [sample.keyOf(row("2"))]);
    expect(await sample.selectAll(database)).to.deep.equal([{ ...row("1"), flag: false }]);
    const [types] = await database.query("select 5::int8 as i, 7::numeric as n, '{\"x\":[1]}'::jsonb as j, null as z");
    expect(types).to.deep.equal({ i: 5, n: "7", j: { x: [1] }, z: null });
  });

  it("undoes a transaction that throws, and keeps others out of one that runs", async () => {
    const database = open();
    await database.exec("create table counter (n int8); insert into counter values (0)");
    const failed = database.tx(async (sql) => {
      await sql.query("update counter set n = 100");
      throw new Error("no");
    });
    await failed.catch((error: Error) => expect(error.message).to.equal("no"));
    await Promise.all(
      Array.from({ length: 20 }, () =>
        database.tx(async (sql) => {
          const [before] = await sql.query<{ n: number }>("select n from counter for update");
          await sql.query("update counter set n = $1", [(before?.n ?? 0) + 1]);
        }),
      ),
    );
    expect(await database.query("select n from counter")).to.deep.equal([{ n: 20 }]);
    await database.query("select nonsense").catch((error: unknown) => {
      expect(hasCode(error, "DATABASE_ERROR") && error.data.sqlState).to.equal("42703");
    });
  });
}
