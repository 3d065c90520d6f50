/** Whether a request of that method changes nothing. */
export const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';
