import { judge } from '../../../../sandbox/lives/judge/judge.ts';
import { chapterOf, momentOf, recordOf, resourceOf, storyOf, versionArn } from '../../../support/story.ts';

describe('judge', () => {
  const complete = momentOf('CREATE_COMPLETE', [resourceOf('V1', 1)], [recordOf(1)]);
  const emptied = momentOf('UPDATE_COMPLETE', [resourceOf('V1', 1)], []);

  test('finds nothing in a story that keeps every law, and in one that has not begun', () => {
    expect(judge(storyOf([chapterOf({ ended: complete })]))).toEqual([]);
    expect(judge(storyOf([]))).toEqual([]);
  });

  test('names the law that the last chapter has broken', () => {
    const chapters = [chapterOf({ ended: complete }), chapterOf({ before: complete, ended: emptied, after: complete })];

    expect(judge(storyOf(chapters))).toEqual([{ law: 'success is true', found: `V1 (${versionArn(1)}) is not there` }]);
  });

  test('does not tell again what an earlier chapter has broken', () => {
    const chapters = [chapterOf({ ended: emptied, after: complete }), chapterOf({ before: complete })];

    expect(judge(storyOf(chapters))).toEqual([]);
  });
});
