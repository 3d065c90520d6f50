import pg from 'pg';

/** What every session is set to, whatever the server, the database or the role says: `toRow` reads timestamps in that form. */
export const SESSION = { TimeZone: 'UTC', DateStyle: 'ISO, MDY' };

/** Thrown for a connection through a pooler that keeps the session from being set. */
export class SessionSettingError extends Error {
  constructor(name: string, value: string) {
    super(`the session's ${name} is ${value}, as what stands between does not let it be set`);
  }
}

/** What `pg` calls for the parameters of the start-up message; its types leave it out. */
type Starting = pg.Client & { getStartupConf(): Record<string, string> };

/**
 * A client with the {@link SESSION} settings. They go in the start-up message itself, not in its `options`: poolers take
 * these two there (and keep them for each of their clients), since JDBC's driver sends them likewise. The server, or the
 * pooler, tells what each is, at the start and whenever it changes; a connection where it is another one ends.
 */
export class SessionClient extends (pg.Client as unknown as new (config?: pg.ClientConfig) => Starting) {
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.connection.on('parameterStatus', ({ parameterName, parameterValue }: Record<string, string>) => {
      const wanted = Object.entries(SESSION).find(([name]) => name === parameterName)?.[1];
      if (wanted === undefined || parameterValue === wanted) return;
      this.connection.stream.destroy(new SessionSettingError(String(parameterName), String(parameterValue)));
    });
  }

  override getStartupConf(): Record<string, string> {
    return { ...super.getStartupConf(), ...SESSION };
  }
}
