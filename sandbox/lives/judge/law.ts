/** What a law is to the judge. */
import type { Chapter, Story } from '../history.ts';

/** What the story's last chapter has broken, in a sentence each; nothing where the law holds. */
export type Law = (story: Story, chapter: Chapter) => readonly string[];

export interface Violation {
  readonly law: string;
  readonly found: string;
}
