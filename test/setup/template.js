/** The database on `TEST_DATABASE_URL` that every suite's own is a copy of. */
export const TEMPLATE = 'call_purposes_test_template';
