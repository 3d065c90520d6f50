import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { wantsTraces } from './config/wants-traces.js';
import { exitOnFailure } from './exit-on-failure.js';

// On a machine with much memory V8 would let garbage grow to several times what is in use. Together with
// `--max-semi-space-size=16`, which only a command line can set, this saves up to half, for a tenth more time a page of calls.
setFlagsFromString('--heap-growing-percent=100');

// Later starts take a fifth less; where nothing may be written, they take what they took. Beside what is built, as others
// could put code of theirs into the directory for temporary files.
enableCompileCache(fileURLToPath(new URL('../compile-cache', import.meta.url)));

// Traces must be under way before what they trace is imported, and without them nothing of theirs is.
await exitOnFailure(async () => {
  const tracing = wantsTraces(process.env) ? (await import('./observability/tracing.js')).startTracing() : null;
  const { startService } = await import('./service.js');
  await startService(tracing);
});
