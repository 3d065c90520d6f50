import { expect } from '@jest/globals';
import type { Answer, Client } from './client.js';

/**
 * Follows a link from page to page until a page has none.
 * @param between runs after each page but the last
 * @returns the pages as they came
 */
export async function walk(
  client: Client,
  url: string,
  link: 'next' | 'prev' = 'next',
  between: (page: number) => Promise<void> = async () => undefined,
): Promise<Answer[]> {
  const pages: Answer[] = [];
  for (let at: string | undefined = url; at !== undefined;) {
    const page: Answer = await client.get(at);
    expect({ at, status: page.status, errors: page.errors }).toEqual({ at, status: 200, errors: [] });
    pages.push(page);
    at = page.document.links[link];
    if (at !== undefined) await between(pages.length - 1);
    if (pages.length > 10_000) throw new Error(`No end of ${link} from ${url}.`);
  }
  return pages;
}

/** The ids of the rows of a page. */
export const idsOf = ({ resources }: Pick<Answer, 'resources'>): string[] => resources.map(({ id }) => id);
