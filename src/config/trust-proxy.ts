import proxyAddr from '@fastify/proxy-addr';
import { z } from 'zod';

/** Whether the headers that the peer at that many hops from this process sent about its own client are believed. */
export type TrustProxy = (address: string, hop: number) => boolean;

/** The families of headers in which proxies say what they were asked. */
export const PROXY_HEADERS = ['x-forwarded', 'forwarded'] as const;

/** Reads `true`, `false`, a number of hops, or comma-separated addresses and networks. */
export const trustProxy = z
  .string()
  .trim()
  .min(1)
  .transform((value, context): TrustProxy => {
    if (value === 'true' || value === 'false') return () => value === 'true';
    if (/^\d+$/.test(value)) return (_address, hop) => hop < Number(value);
    try {
      return proxyAddr.compile(value.split(',').map((entry) => entry.trim()));
    } catch {
      context.addIssue({
        code: 'custom',
        message: 'must be true, false, a number of hops, or comma-separated addresses and networks',
      });
      return z.NEVER;
    }
  });

/** One family only, since a proxy that writes the one passes on what its client wrote into the other. */
export const trustProxyHeaders = z.enum(PROXY_HEADERS);
