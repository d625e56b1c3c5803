import { expect, it } from 'vitest';
import { EDITOR } from '../../../../widget/admin/words/sites.ts';
import { CHANGE } from '../../../../widget/words/english/change.ts';
import { FIRST } from '../../../../widget/words/english/first.ts';

it('the editor shows the ideas and quick changes as visitors see them', () => {
  const { ideaOne, ideaTwo, ideaThree } = FIRST;
  const { quickBackground: background, quickRestyle: restyle, quickRemove: remove, quickSharper: sharper } = CHANGE;

  expect(EDITOR.ideasUsual.split('\n')).toEqual([ideaOne, ideaTwo, ideaThree]);
  expect(EDITOR.actionNames).toMatchObject({ background, restyle, remove, sharper });
});
