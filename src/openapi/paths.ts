/** Where the OpenAPI document is, after the API's base URL. */
export const OPENAPI_PATH = 'schema/openapi.json';

/** Where its page is, outside of the API. */
export const DOCS_PATH = 'docs';
