import { SetMetadata } from '@nestjs/common';

export const PUBLIC = 'auth:public';
export const SCOPED = 'auth:scoped';
export const ANY_SCOPE = 'auth:any-scope';

/** Lets anyone in, without a token. */
export const Public = () => SetMetadata(PUBLIC, true);

/** Asks for the scope of the collection that the method needs: read, write or delete. */
export const Scoped = (collection: string) => SetMetadata(SCOPED, collection);

/** Lets any good token in, whatever its scopes. */
export const AnyScope = () => SetMetadata(ANY_SCOPE, true);
