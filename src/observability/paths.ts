/** The paths of health and metrics, which stand outside of the API. */
export const MANAGEMENT_PATHS = ['/health/live', '/health/ready', '/metrics'];

const PATHS = new Set(MANAGEMENT_PATHS);

/** Whether the pattern of a route is one of them. */
export const isManagementRoute = (pattern: string): boolean => PATHS.has(pattern);

/** Whether the URL leads to one of them; a slash at the end of the path means nothing. */
export function isManagementPath(url: string): boolean {
  const [path = url] = url.split('?', 1);
  return PATHS.has(path) || (path.endsWith('/') && PATHS.has(path.slice(0, -1)));
}
