/** Everything that the API answers stands under this path. */
export const API_PATH = '/api/v2';
