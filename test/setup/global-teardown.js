import pg from 'pg';

export default async function tearDown() {
  if (!process.env.TEST_DATABASE_URL) return;
  const client = new pg.Client(process.env.TEST_DATABASE_URL);
  await client.connect();
  await client.query(`drop database if exists ${process.env.TEST_TEMPLATE}`);
  await client.end();
}
