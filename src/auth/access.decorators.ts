import { SetMetadata } from '@nestjs/common';

export const PUBLIC = 'auth:public';
export const SCOPED = 'auth:scoped';

/** Lets anyone in, without a token. */
export const Public = () => SetMetadata(PUBLIC, true);

/** Asks for the scope of the collection that the method needs: read, write or delete. */
export const Scoped = (collection: string) => SetMetadata(SCOPED, collection);
