import type { FastifyReply, FastifyRequest } from 'fastify';

const STRING = String.raw`"(?:[ !#-[\]-~]|\\["\\])+"`;
const PARAMETER = String.raw`; *[a-z*][a-z0-9_.*-]*(?:=(?:"(?:[ !#-[\]-~]|\\["\\])*"|[^\s";]+))?`;

/**
 * What an `Idempotency-Key` header may be: a string of RFC 9651 with parameters, as the draft wants it, or bare, as many
 * clients send it. https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export const IDEMPOTENCY_KEY = {
  pattern: String.raw`^(?:${STRING}(?:${PARAMETER})*|[\w.:/+=@~-]+)$`,
  maxLength: 255,
};

/** Answers requests with an `Idempotency-Key`: what they ask for is done once, however often they are repeated. */
export abstract class RepeatableRequests {
  /**
   * @param act does what the request asks for: gives the document, and the reply its headers
   * @returns the document, of this or of the first answer; the reply has its status and headers
   */
  abstract answer(request: FastifyRequest, reply: FastifyReply, act: () => Promise<Buffer>): Promise<Buffer>;
}
