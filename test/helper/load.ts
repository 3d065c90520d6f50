import { MEDIA_TYPE } from './client.js';

/** An answer under load, or what came in place of one. */
export interface Shot {
  /** 0: no answer at all. */
  status: number;
  sound: boolean;
  milliseconds: number;
  /** Where something is wrong with it. */
  text: string;
}

type Request = [method: string, path: string, body?: unknown];

/** Clients that make requests one after the other until they are told to stop. */
export class Load {
  readonly shots: Shot[] = [];
  private running = true;
  private readonly clients: Promise<void>[];

  /** @param requests taken in turn by all clients */
  constructor(
    private readonly api: string,
    private readonly token: string,
    requests: (() => Request)[],
    clients = 8,
  ) {
    let turn = 0;
    const next = () => requests[++turn % requests.length]?.() as Request;
    this.clients = Array.from({ length: clients }, async () => {
      while (this.running) this.shots.push(await this.shoot(...next()));
    });
  }

  /** Ends when every client has its last answer. */
  async stop(): Promise<Shot[]> {
    this.running = false;
    await Promise.all(this.clients);
    return this.shots;
  }

  /** Waits for an answer with that status to a request that was made after this. @returns how long it took */
  async until(status: number, timeout = 10_000): Promise<number> {
    const from = performance.now();
    const before = this.shots.length + this.clients.length;
    while (performance.now() - from < timeout) {
      if (this.shots.slice(before).some((shot) => shot.status === status)) return performance.now() - from;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`No ${status} in ${timeout} ms: ${JSON.stringify(this.shots.slice(-5))}`);
  }

  private async shoot(method: string, path: string, body?: unknown): Promise<Shot> {
    const from = performance.now();
    try {
      const response = await fetch(`${this.api}${path}`, {
        method,
        headers: { Authorization: `Bearer ${this.token}`, 'Content-Type': MEDIA_TYPE },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, ...verdict(response, text), milliseconds: performance.now() - from };
    } catch (error) {
      return { status: 0, sound: false, milliseconds: performance.now() - from, text: String(error) };
    }
  }
}

/** A 503 says when to come again. */
function verdict(response: Response, text: string): { sound: boolean; text: string } {
  const documented = response.headers.get('content-type') === MEDIA_TYPE && text.startsWith('{"jsonapi"');
  const sound = documented && (response.status !== 503 || Number(response.headers.get('retry-after')) > 0);
  return { sound, text: sound ? '' : `${response.status} ${text}` };
}
