export const TEMPLATE = {
  optional: 'optional',
  countOf: '{n} of {all}',
  chooseOne: 'Choose one',
  noChoice: 'None',
  pleaseChoose: 'Please choose one.',
  fillIn: 'Please fill this in.',
  addPhoto: 'Please add a photo.',
  onePhoto: 'Add a photo',
  anotherPhoto: 'Another photo',
  hiddenCharacters: 'There are hidden characters in this text. Please type it again.',
} as const;
