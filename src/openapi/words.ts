/** @example capitalized('callPurpose') gives 'CallPurpose' */
export const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** @example words('callPurposes') gives 'call purposes' */
export const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
