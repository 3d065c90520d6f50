import pg from 'pg';
import type { CallRow, PurposeRow } from './raw-documents.js';

const PURPOSE = `id, name, "order", creator_id, version, created_at, updated_at`;
const CALL = `self.id, direction, "from", "to", outcome, note, tags, recording_url, dialed_at, answered_at, completed_at,
  purpose.id, user_id, self.created_at, self.updated_at
  from call as self left join call_purpose as purpose on purpose.id = self.call_purpose_id and purpose.deleted_at is null`;
const BY_DATE = 'order by self.created_at, self.id limit 51';

/** Every statement that is run; each is prepared once a connection. */
const STATEMENTS = {
  list: `select ${PURPOSE} from call_purpose where deleted_at is null order by "order", id limit 51`,
  named: `select ${PURPOSE} from call_purpose where name = $1 and deleted_at is null order by "order", id limit 51`,
  one: `select ${PURPOSE} from call_purpose where id = $1 and deleted_at is null`,
  create: `insert into call_purpose (name, name_key, creator_id) values ($1, $2, $3) returning ${PURPOSE}`,
  update: `update call_purpose set "order" = $2 where id = $1 and deleted_at is null returning ${PURPOSE}`,
  softDelete: `update call_purpose set deleted_at = now() where id = $1 and deleted_at is null returning id`,
  user: `insert into api_user (subject) values ($1) on conflict (subject) do update set subject = $1 returning id`,
  callsFrom: `select ${CALL} where purpose.id = $1 and self.id >= $2 order by self.id limit 51`,
  callsAfter: `select ${CALL} where purpose.id = $1 and self.id > $2 order by self.id limit 51`,
  callsBefore: `select 1 from call where call_purpose_id = $1 and id <= $2 limit 1`,
  datesFrom: `select ${CALL} where self.created_at >= $1 ${BY_DATE}`,
  datesAfter: `select ${CALL} where (self.created_at, self.id) > ($1, $2) ${BY_DATE}`,
  datesBefore: `select 1 from call where (created_at, id) <= ($1, $2) limit 1`,
};

/** Timestamps stay the text that they come as. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, String);

/** PostgreSQL with nothing around it. */
export class Queries {
  private readonly pool: pg.Pool;

  constructor(url: string | undefined) {
    this.pool = new pg.Pool({ connectionString: url, max: 10, types, options: '-c TimeZone=UTC' });
  }

  purposes(
    name: 'list' | 'named' | 'one' | 'create' | 'update' | 'softDelete',
    ...values: unknown[]
  ): Promise<PurposeRow[]> {
    return this.run(name, values);
  }

  calls(name: 'callsFrom' | 'callsAfter' | 'datesFrom' | 'datesAfter', ...values: unknown[]): Promise<CallRow[]> {
    return this.run(name, values);
  }

  async isThere(name: 'callsBefore' | 'datesBefore', ...values: unknown[]): Promise<boolean> {
    return (await this.run(name, values)).length > 0;
  }

  async userId(subject: string): Promise<string> {
    const [[id = ''] = []] = await this.run<string[]>('user', [subject]);
    return id;
  }

  private async run<Row extends unknown[]>(name: keyof typeof STATEMENTS, values: unknown[]): Promise<Row[]> {
    return (await this.pool.query<Row>({ name, text: STATEMENTS[name], values, rowMode: 'array' })).rows;
  }
}
