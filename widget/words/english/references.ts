/** The words of the pictures that a visitor adds. */
export const REFERENCES = {
  references: 'Added pictures',
  reference: 'Picture {n}',
  referenceWaits: 'Picture {n}, on its way',
  referenceFailed: 'Picture {n}, did not arrive',
  referenceProgress: 'Adding picture {n}',
  moveEarlier: 'Move earlier',
  moveLater: 'Move later',
  retryReference: 'Try picture {n} again',
  removeReference: 'Remove picture {n}',
  nameReferences: 'Name them in your text: picture {first}, picture {second}.',
  referencesAdded: { one: 'Picture {last} added.', other: '{n} pictures added.' },
  referenceRemoved: 'Picture {n} removed.',
  referenceMoved: 'Picture {from} is now picture {n}.',
  takePhoto: 'Take a photo',
  chooseFile: 'Choose a file',
  /** Two lists of words by which a text names a picture. */
  pictureNouns: 'picture|image|photo|pic',
  pictureOrdinals: 'first|second|third|fourth|fifth|last|both',
} as const;
