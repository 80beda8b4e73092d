/** Chooses the engine: a server when its URL is given, else the embedded one. */
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { openPostgres } from "./pg-database.ts";
import { openPglite } from "./pglite-database.ts";

/**
 * Opens the database and brings its schema up to date.
 * @param options.dataDir folder of the embedded database; null keeps it in memory
 * @param options.databaseUrl `postgres://…` to use a PostgreSQL server instead
 */
export async function openDatabase(options: { dataDir: string | null; databaseUrl?: string }): Promise<Database> {
  const database = options.databaseUrl ? await openPostgres(options.databaseUrl) : await openPglite(options.dataDir);
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}
