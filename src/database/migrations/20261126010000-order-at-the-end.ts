import { Migration } from '@mikro-orm/migrations';

/** A purpose without an order shares the greatest one when that is taken: until now nobody could make one any more. */
export class Migration20261126010000OrderAtTheEnd extends Migration {
  override up(): void {
    this.addSql(`
      create or replace function next_call_purpose_order() returns integer language plpgsql volatile as $$
      begin
        perform pg_advisory_xact_lock(2026112402);
        return (
          select least(coalesce(max("order"), 0)::bigint + 1, 2147483647)::integer
          from call_purpose where deleted_at is null);
      end $$`);
  }
}
