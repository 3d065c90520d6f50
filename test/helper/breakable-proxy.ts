import { type Server, type Socket, connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A TCP proxy to a server that can be broken in the ways in which networks break. */
export interface BreakableProxy {
  port: number;
  /** Lets nothing through any more, without closing anything: the worst kind of failure. */
  silence(): void;
  /** Lets everything through again; what was said meanwhile is lost. */
  speak(): void;
  /** Closes all connections and takes new ones again. */
  restore(): void;
  /** Leads new connections to another port, and closes all. */
  moveTo(port: number): void;
  close(): void;
}

export async function breakableProxy(target: { host: string; port: number }): Promise<BreakableProxy> {
  const sockets = new Set<Socket>();
  let silent = false;
  let { port } = target;
  const server: Server = createServer((client) => {
    const upstream = connect({ ...target, port });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => void (silent || to.write(data)));
      from.on('close', () => to.destroy());
      from.on('error', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const dropAll = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    port: (server.address() as AddressInfo).port,
    silence: () => void (silent = true),
    speak: () => void (silent = false),
    restore: () => {
      silent = false;
      dropAll();
    },
    moveTo: (other) => {
      port = other;
      dropAll();
    },
    close: () => {
      dropAll();
      server.close();
    },
  };
}
