/** The paths of health and metrics, which stand outside of the API. */
export const MANAGEMENT_PATHS = ['/health/live', '/health/ready', '/metrics'];

const PATHS = new Set(MANAGEMENT_PATHS);

/** Whether the URL, or the pattern of a route, is one of them. */
export const isManagementPath = (url: string): boolean => PATHS.has(url.split('?', 1)[0] ?? url);
