import pg from 'pg';

/**
 * A client whose connection is closed when a statement got no answer in time. The server ends slow statements itself, so
 * that only a dead connection stays silent; back in the pool it would fail one request after the other.
 */
export class PromptClient extends pg.Client {
  // One of pg's overloads, the one that gives a promise; the others pass through.
  override query(...request: unknown[]): never {
    const answer: unknown = (super.query as (...request: unknown[]) => unknown).apply(this, request);
    if (answer instanceof Promise) answer.catch((error: Error) => this.closeIfSilent(error));
    return answer as never;
  }

  private closeIfSilent({ message }: Error): void {
    if (message === 'Query read timeout') this.connection.stream.destroy();
  }
}
