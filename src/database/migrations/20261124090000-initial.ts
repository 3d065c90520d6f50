import { Migration } from '@mikro-orm/migrations';

/** In the order of a sale; an administrator changes them as they like, and what is deleted stays deleted. */
const READY_MADE = [
  ['Initial Contact', 'initial contact'],
  ['Follow-up', 'follow-up'],
  ['Qualification', 'qualification'],
  ['Discovery', 'discovery'],
  ['Demo', 'demo'],
  ['Proposal', 'proposal'],
  ['Negotiation', 'negotiation'],
  ['Closing', 'closing'],
  ['Onboarding', 'onboarding'],
  ['Check-in', 'check-in'],
  ['Renewal', 'renewal'],
] as const;

/** All that calls can be filtered or sorted by; with the id behind it, pages of each are ranges of the index. */
const CALL_INDEXES = [
  'direction',
  'from',
  'to',
  'outcome',
  'recording_url',
  'dialed_at',
  'answered_at',
  'completed_at',
  'call_purpose_id',
  'user_id',
  'created_at',
  'updated_at',
];

/**
 * Users, call purposes and calls. Text sorts by code point (`collate "C"`), so that the order does not depend on the operating
 * system's locale; timestamps have the milliseconds that the API shows, so that a value read back finds its row.
 */
export class Migration20261124090000Initial extends Migration {
  override up(): void {
    this.addSql(`
      create table api_user (
        id bigint generated always as identity primary key,
        subject text collate "C" not null unique,
        name text collate "C",
        email text collate "C",
        created_at timestamptz(3) not null default now(),
        updated_at timestamptz(3) not null default now()
      )`);

    this.addSql(`
      create table call_purpose (
        id bigint generated always as identity primary key,
        name text collate "C" not null,
        name_key text collate "C" not null,
        "order" integer not null,
        creator_id bigint references api_user (id),
        version integer not null default 1,
        created_at timestamptz(3) not null default now(),
        updated_at timestamptz(3) not null default now(),
        deleted_at timestamptz(3)
      )`);
    this.addSql(`create unique index call_purpose_name_key on call_purpose (name_key) where deleted_at is null`);
    this.addSql(`create index call_purpose_order on call_purpose ("order", id) where deleted_at is null`);

    // A default and not a query of the service: one statement then takes the number and writes the row, and the statements
    // inside a volatile function see what was committed before the lock was granted.
    this.addSql(`
      create function next_call_purpose_order() returns integer language plpgsql volatile as $$
      begin
        perform pg_advisory_xact_lock(${ORDER_LOCK});
        return (select coalesce(max("order"), 0) + 1 from call_purpose where deleted_at is null);
      end $$`);
    this.addSql(`alter table call_purpose alter column "order" set default next_call_purpose_order()`);

    // In the database, so that a change made by hand in SQL moves the version (and with it the ETag) too.
    this.addSql(`
      create function touch_row() returns trigger language plpgsql as $$
      begin
        new.version := old.version + 1;
        new.updated_at := now();
        return new;
      end $$`);
    this.addSql(`
      create trigger touch before update on call_purpose
      for each row when (old.* is distinct from new.*) execute function touch_row()`);

    this.addSql(`
      create table call (
        id bigint generated always as identity primary key,
        direction text collate "C" not null check (direction in ('inbound', 'outbound')),
        "from" text collate "C",
        "to" text collate "C",
        outcome text collate "C" check (outcome in ('Answered', 'Not Answered')),
        note text collate "C",
        tags text[] not null default '{}',
        recording_url text collate "C",
        dialed_at timestamptz(3),
        answered_at timestamptz(3),
        completed_at timestamptz(3),
        call_purpose_id bigint references call_purpose (id),
        user_id bigint references api_user (id),
        version integer not null default 1,
        created_at timestamptz(3) not null default now(),
        updated_at timestamptz(3) not null default now()
      )`);
    for (const column of CALL_INDEXES) this.addSql(`create index call_${column} on call ("${column}", id)`);
    this.addSql(`
      create trigger touch before update on call
      for each row when (old.* is distinct from new.*) execute function touch_row()`);

    // Statement by statement, so that a change of many rows is one notification; see ChangeFeed, which listens.
    this.addSql(`
      create function notify_change() returns trigger language plpgsql as $$
      begin
        perform pg_notify('call_purposes', 'changed');
        return null;
      end $$`);
    for (const table of ['api_user', 'call_purpose']) {
      this.addSql(`
        create trigger notify after insert or update or delete or truncate on ${table}
        for each statement execute function notify_change()`);
    }

    const rows = READY_MADE.map(([name, key], index) => `('${name}', '${key}', ${index + 1})`);
    this.addSql(`insert into call_purpose (name, name_key, "order") values ${rows.join(', ')}`);
  }
}

const ORDER_LOCK = 2_026_112_402;
