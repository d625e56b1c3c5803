import { ADD } from '../icons.ts';
import { renderItem, renderMenu } from '../menu/menu.ts';
import { CAMERA } from '../more-icons.ts';
import { REFERENCES } from '../words/english/references.ts';
import { addEnglish, type Words } from '../words/words.ts';

addEnglish(REFERENCES);

export interface AddMenuView {
  words: Words;
  /** Called in the click's own handler, so that it may open the file dialog. */
  onPick: (capture: boolean) => void;
}

/** What "Add pictures" opens where there is a camera. Its button has `popovertarget="add-menu"`. */
export const renderAddMenu = ({ words, onPick }: AddMenuView) =>
  renderMenu(
    [
      renderItem({ text: words.say('takePhoto'), icon: CAMERA, onChoose: () => onPick(true) }),
      renderItem({ text: words.say('chooseFile'), icon: ADD, onChoose: () => onPick(false) }),
    ],
    { id: 'add-menu', label: words.say('add') },
  );
