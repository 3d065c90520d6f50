declare module 'devour-client';
declare module '@reststate/client';
