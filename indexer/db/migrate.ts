/** Applies the migrations that a database lacks, each in its own transaction. */
import type { Database } from "./database.ts";
import { MIGRATIONS } from "./migrations.ts";

export async function migrate(database: Database): Promise<void> {
  await database.exec("create table if not exists colophon_migration (id int8 primary key)");
  const rows = await database.query<{ id: number }>("select id from colophon_migration");
  const applied = new Set(rows.map((row) => row.id));
  for (const migration of MIGRATIONS) {
    if (applied.has(migration.id)) continue;
    await database.tx(async (sql) => {
      await sql.exec(migration.sql);
      await sql.query("insert into colophon_migration values ($1)", [migration.id]);
    });
  }
}
