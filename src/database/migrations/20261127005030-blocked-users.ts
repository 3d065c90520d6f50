import { Migration } from '@mikro-orm/migrations';

/** Users whose tokens are refused. Every process hears of a block, which would otherwise forget all users at each change of one. */
export class Migration20261127005030BlockedUsers extends Migration {
  override up(): void {
    this.addSql(`alter table api_user add column blocked_at timestamptz(3)`);
    this.addSql(`
      create function notify_block() returns trigger language plpgsql as $$
      begin
        perform pg_notify('call_purposes', 'blocked');
        return null;
      end $$`);
    this.addSql(`
      create trigger notify_block after update of blocked_at on api_user
      for each row when (old.blocked_at is distinct from new.blocked_at) execute function notify_block()`);
  }
}
