import { type Socket, connect } from 'node:net';

/** A bare connection to a server, for clients that are not as they should be. */
export class Connection {
  /** What the server has said so far. */
  text = '';
  /** Ends when the server, or a network, has closed the connection. */
  readonly closed: Promise<void>;
  private readonly socket: Socket;

  constructor(origin: string) {
    const { hostname, port } = new URL(origin);
    this.socket = connect(Number(port), hostname);
    this.socket.on('data', (data) => (this.text += data.toString()));
    this.closed = new Promise((resolve) => {
      this.socket.on('close', () => resolve()).on('error', () => resolve());
    });
  }

  send(text: string): void {
    this.socket.write(text);
  }

  /** Waits until the server has said something like that, and forgets what it said. @returns what it said */
  async hear(expected: RegExp, timeout = 10_000): Promise<string> {
    const from = performance.now();
    while (!expected.test(this.text)) {
      if (performance.now() - from > timeout) throw new Error(`Not heard in ${timeout} ms, but: ${this.text}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const { text } = this;
    this.text = '';
    return text;
  }

  close(): void {
    this.socket.destroy();
  }
}

/** Whether something of this machine takes connections at that port. */
export const connects = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
