import type { Preconditions } from '../documents/etag.js';
import type { PageOfRows } from '../documents/page-of-rows.js';
import { pointerTo, validationError } from '../errors/json-api-error.js';
import type { CollectionQuery } from '../query/query.js';
import { changeLatest, existing } from '../requests/changes.js';
import { type ResourceRow, type Viewer, nounOf } from '../resource.js';
import type { EntityResource } from '../sql/define-resource.js';
import { type ResourceRepository, violatedUnique } from '../sql/resource-repository.js';

/** A row that is changed only while its version is the one that was read. */
export type VersionedRow = ResourceRow & { version: number };

/** Gives the id of the caller's user for a write, and makes the user anew when it has been deleted meanwhile. */
interface Users {
  writeAs<Result>(caller: Viewer, write: (userId: string) => Promise<Result>): Promise<Result>;
}

/** The reads and writes of a resource. Its own rules stand in {@link valuesOf}. */
export abstract class ResourceService<Row extends VersionedRow, Dto extends object, Values extends object> {
  constructor(
    protected readonly resource: EntityResource<Row, Values>,
    private readonly rows: ResourceRepository<Row, Values>,
    private readonly users: Users,
  ) {}

  list(query: CollectionQuery): Promise<PageOfRows<Row>> {
    return this.rows.page(query);
  }

  /** @throws JsonApiError 404 */
  get(id: string): Promise<Row> {
    return existing(this.resource, id, (known) => this.rows.find(known));
  }

  /** @throws JsonApiError 422 for what the resource's rules refuse */
  async create(dto: Dto, caller: Viewer): Promise<Row> {
    const { policy } = this.resource;
    const values = await this.valuesOf(dto);
    const write = this.users.writeAs(caller, (userId) =>
      this.rows.insert({ ...values, ...(policy && { [policy.owner]: userId }) }),
    );
    return this.refusingTaken(values, write);
  }

  /**
   * @param row as the guard found it; another request may have changed it since
   * @throws JsonApiError 404, 412 or 422
   */
  async update(row: Row, dto: Dto, preconditions: Preconditions): Promise<Row> {
    const values = await this.valuesOf(dto, row);
    const update = (current: Row) => this.rows.update(current, values);
    return this.refusingTaken(
      values,
      changeLatest(row, preconditions, (id) => this.get(id), update),
    );
  }

  /** @throws JsonApiError 404 or 412 */
  async delete(row: Row, preconditions: Preconditions): Promise<void> {
    await changeLatest(
      row,
      preconditions,
      (id) => this.get(id),
      (current) => this.rows.delete(current),
    );
  }

  /**
   * What is written of a request document.
   * @param row what is changed; left out where one is made
   * @throws JsonApiError 422 for what can't be
   */
  protected abstract valuesOf(dto: Dto, row?: Row): Values | Promise<Values>;

  private async refusingTaken(values: Values, write: Promise<Row>): Promise<Row> {
    try {
      return await write;
    } catch (error) {
      const taken = violatedUnique(this.resource, error);
      if (taken === undefined) throw error;
      const detail = `'${taken}' is taken by another ${nounOf(this.resource)}.`;
      throw validationError(detail, pointerTo('data', 'attributes', taken), async () => {
        const id = await this.rows.idOfHolder(taken, values);
        return id === null ? null : [this.resource, id];
      });
    }
  }
}
