import { ADD } from '../icons.ts';
import { CAMERA } from '../more-icons.ts';
import { REFERENCES } from '../words/english/references.ts';
import { addEnglish, type Words } from '../words/words.ts';
import { renderMenu } from './menu.ts';

addEnglish(REFERENCES);

export interface AddMenuView {
  words: Words;
  /** Called in the click's own handler, so that it may open the file dialog. */
  onPick: (capture: boolean) => void;
}

/** What "Add pictures" opens where there is a camera. Its button has `popovertarget="add-menu"`. */
export const renderAddMenu = ({ words, onPick }: AddMenuView) =>
  renderMenu('add-menu', words.say('add'), [
    { text: words.say('takePhoto'), icon: CAMERA, onChoose: () => onPick(true) },
    { text: words.say('chooseFile'), icon: ADD, onChoose: () => onPick(false) },
  ]);
