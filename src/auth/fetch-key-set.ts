import { boundedText } from './bounded-text.js';

const TIMEOUT_MS = 5_000;

/** A key set of a few keys, certificates included, has some ten thousand. */
const LARGEST_BYTES = 512 * 1024;

/**
 * What an identity provider answers at the URL of its key set. Nothing is followed elsewhere, and neither a slow nor an
 * endless answer is waited for.
 * @throws Error when there is no such answer
 */
export async function fetchKeySet(url: string, ended: AbortSignal): Promise<{ keys: object[] }> {
  const response = await fetch(url, {
    headers: { Accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.any([ended, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`it answers ${response.status}`);
  }
  // Some write a byte order mark before it.
  const answer: unknown = JSON.parse((await boundedText(response, LARGEST_BYTES)).replace(/^\uFEFF/, ''));
  if (answer instanceof Object && 'keys' in answer && Array.isArray(answer.keys)) {
    return { keys: (answer.keys as unknown[]).filter((key) => key instanceof Object) };
  }
  throw new Error('it is not a key set');
}
