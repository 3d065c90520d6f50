/**
 * What two names have in common when they count as the same: compatibility forms composed alike (NFKC), lower case by
 * Unicode. Made here and not by the database, whose answer would depend on its locale.
 */
export const nameKey = (name: string): string => name.normalize('NFKC').toLowerCase().normalize('NFKC');
