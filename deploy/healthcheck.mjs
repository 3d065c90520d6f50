// Ends with status 0 when the service beside it says that it is ready, as the container's HEALTHCHECK.
const { PORT, MANAGEMENT_PORT, HOST = '' } = process.env;
const port = MANAGEMENT_PORT || PORT || 3000;
const host = ['', '0.0.0.0', '::'].includes(HOST) ? '127.0.0.1' : HOST;
const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/health/ready`;

try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(4_000) });
  if (!answer.ok) {
    console.error(`${url} answers ${answer.status}`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(`${url} does not answer: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
