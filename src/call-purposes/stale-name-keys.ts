import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { isUniqueViolation } from '../database/database-errors.js';
import { TableAccess } from '../database/table-access.js';
import { type Sql, execute, sql } from '../json-api/sql/statement.js';
import { UNICODE_VERSION } from './case-folding.js';
import { nameKey } from './name-key.js';

const PAGE_SIZE = 500;

/** How often a key is tried to be written while others take and free it. */
const MAX_TRIES = 10;

const MAX_NAME_LENGTH = 255;

interface NamedPurpose {
  id: string;
  name: string;
  nameKey: string;
}

/**
 * Recomputes the keys of names that this release would make otherwise: an older one wrote them, perhaps while this one
 * served already, or one with another version of Unicode. Each is a statement of its own, which changes a row only as it was
 * read: nobody waits for long, and several processes may do it at once. Of purposes whose names turn out to be the same, the
 * oldest keeps its name.
 */
@Injectable()
export class StaleNameKeys implements OnApplicationBootstrap {
  private readonly logger = new Logger(StaleNameKeys.name);

  constructor(private readonly tables: TableAccess) {}

  async onApplicationBootstrap(): Promise<void> {
    let count = 0;
    for (let page = await this.pageAfter('0'); page.length > 0; page = await this.pageAfter(page.at(-1)?.id)) {
      for (const purpose of page.filter(({ name, nameKey: key }) => key !== nameKey(name))) {
        await this.recompute(purpose);
        count += 1;
      }
    }
    if (count > 0)
      this.logger.log(`Recomputed ${count} keys of call purposes' names (NFKC_Casefold, Unicode ${UNICODE_VERSION}).`);
  }

  /** The deleted ones too, which can come back. */
  private pageAfter(id = '0'): Promise<NamedPurpose[]> {
    return execute(
      this.tables.primary,
      sql`select id, name, name_key as "nameKey" from call_purpose where id > ${id}::bigint order by id limit ${PAGE_SIZE}`,
    );
  }

  private async recompute(purpose: NamedPurpose): Promise<void> {
    const key = nameKey(purpose.name);
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      if ((await this.rewrite(purpose, purpose.name, key)) !== 'name taken') return;
      const [holder] = await execute<NamedPurpose>(
        this.tables.primary,
        sql`select id, name, name_key as "nameKey" from call_purpose where name_key = ${key} and deleted_at is null`,
      );
      if (!holder) continue;
      // Another process was faster.
      if (holder.id === purpose.id) return;
      if (Number(holder.id) < Number(purpose.id)) return this.rename(purpose, holder);
      await this.rename(holder, purpose);
    }
    this.logger.warn(`The key of call purpose ${purpose.id} is left to the next start.`);
  }

  /** Puts the id behind a name that an older purpose keeps. */
  private async rename(purpose: NamedPurpose, older: NamedPurpose): Promise<void> {
    for (let count = 1; ; count++) {
      const name = withSuffix(purpose.name, ` (${purpose.id}${count > 1 ? `-${count}` : ''})`);
      const outcome = await this.rewrite(purpose, name, nameKey(name));
      if (outcome === 'name taken') continue;
      if (outcome === 'written') {
        const [now, before, kept] = [name, purpose.name, older.name].map((text) => JSON.stringify(text));
        this.logger.warn(
          `Call purpose ${purpose.id} is now ${now}: ${before} counts as the same name as ${kept}, of call purpose ${older.id}, and the older one keeps it.`,
        );
      }
      return;
    }
  }

  private async rewrite(
    { id, name, nameKey: key }: NamedPurpose,
    newName: string,
    newKey: string,
  ): Promise<'written' | 'name taken' | 'changed meanwhile'> {
    const statement: Sql = sql`
      update call_purpose set name = ${newName}, name_key = ${newKey}
      where id = ${id}::bigint and name = ${name} and name_key = ${key} returning id`;
    try {
      return (await execute(this.tables.primary, statement)).length > 0 ? 'written' : 'changed meanwhile';
    } catch (error) {
      if (isUniqueViolation(error, 'call_purpose_name_key')) return 'name taken';
      throw error;
    } finally {
      this.tables.changes.changed();
    }
  }
}

/** The name, cut where it would be too long with the suffix. */
const withSuffix = (name: string, suffix: string): string =>
  [...name]
    .slice(0, MAX_NAME_LENGTH - suffix.length)
    .join('')
    .trimEnd() + suffix;
