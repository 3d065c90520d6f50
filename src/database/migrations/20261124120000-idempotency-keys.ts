import { Migration } from '@mikro-orm/migrations';

/** The answers that are kept for repeated requests; a row is only there together with what the request wrote. */
export class Migration20261124120000IdempotencyKeys extends Migration {
  override up(): void {
    this.addSql(`
      create table idempotency_key (
        user_id bigint not null references api_user (id) on delete cascade,
        key text collate "C" not null,
        request_digest text collate "C" not null,
        status smallint not null,
        location text,
        etag text,
        body bytea not null,
        created_at timestamptz(3) not null default now(),
        primary key (user_id, key)
      )`);
    this.addSql(`create index idempotency_key_created_at on idempotency_key (created_at)`);
  }

  override down(): void {
    this.addSql(`drop table idempotency_key`);
  }
}
