/** The form in which a visitor reports a picture. */
export const REPORT = {
  reportWhat: 'What is wrong with it?',
  reportSend: 'Send',
  reportSent: 'Sent. The owner of this page decides what happens to it.',
  reportClose: 'Close',
  reportFailed: 'It could not be sent. Your words stay here; send them again in a while.',
} as const;
