import { Migration } from '@mikro-orm/migrations';

const TABLES = {
  api_user: ['created_at', 'updated_at'],
  call_purpose: ['created_at', 'updated_at'],
  call: ['created_at', 'updated_at', 'dialed_at', 'answered_at', 'completed_at'],
};

/**
 * The times of rows are those of the changes, not of the beginnings of their transactions, which may have waited for locks
 * since; and no time is one that documents can't show. Only triggers and functions: they lock no reader out, and the previous
 * release goes on with them.
 */
export class Migration20261126090000TimesOfChanges extends Migration {
  override up(): void {
    this.addSql(`
      create or replace function touch_row() returns trigger language plpgsql as $$
      begin
        new.version := old.version + 1;
        new.updated_at := clock_timestamp();
        return new;
      end $$`);
    this.addSql(`
      create function touch_user() returns trigger language plpgsql as $$
      begin
        new.updated_at := clock_timestamp();
        return new;
      end $$`);
    this.addSql(`
      create trigger touch before update on api_user
      for each row when (old.* is distinct from new.*) execute function touch_user()`);

    // What the columns' default, the transaction's beginning, has filled; explicit times are kept.
    this.addSql(`
      create function stamp_row() returns trigger language plpgsql as $$
      declare
        beginning timestamptz(3) := now();
        moment timestamptz(3) := clock_timestamp();
      begin
        if new.created_at = beginning then new.created_at := moment; end if;
        if new.updated_at = beginning then new.updated_at := moment; end if;
        return new;
      end $$`);
    this.addSql(`
      create function refuse_time() returns trigger language plpgsql as $$
      begin
        raise exception 'A time of % is not in the years 1 to 9999.', tg_table_name using errcode = 'check_violation';
      end $$`);

    for (const [table, columns] of Object.entries(TABLES)) {
      this.addSql(`
        create trigger stamp before insert on ${table}
        for each row when (new.updated_at = now()::timestamptz(3)) execute function stamp_row()`);
      const times = columns.map((column) => `new.${column}`).join(', ');
      this.addSql(`
        create trigger years before insert or update on ${table}
        for each row when (least(${times}) < '0001-01-01 00:00:00+00' or greatest(${times}) >= '10000-01-01 00:00:00+00')
        execute function refuse_time()`);
    }
  }
}
