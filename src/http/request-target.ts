/**
 * The request target in its one form, which routes, logs, metrics and what is remembered know: path and query of what may be
 * a whole URL (RFC 9112, section 3.2.2), without the slash at the end of the path. Another form, such as the `*` of OPTIONS,
 * becomes a path that there is not.
 */
export function canonicalTarget(target: string): string {
  const path = target.startsWith('/') ? target : pathOfAnother(target);
  const end = endOfPath(path);
  // Two of them are an empty segment.
  return end > 1 && path[end - 1] === '/' && path[end - 2] !== '/' ? path.slice(0, end - 1) + path.slice(end) : path;
}

function pathOfAnother(target: string): string {
  const rest = target.replace(/^https?:\/\/[^/?#]*/i, '');
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function endOfPath(target: string): number {
  const query = target.indexOf('?');
  const path = query < 0 ? target : target.slice(0, query);
  const fragment = path.indexOf('#');
  return fragment < 0 ? path.length : fragment;
}
