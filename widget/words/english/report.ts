/** The form in which a visitor reports a picture. */
export const REPORT = {
  reportWhat: 'What is wrong with it?',
  reportSend: 'Send',
  reportSent: 'Sent. It stays until the owner of this page decides.',
  reportClose: 'Close',
  reportFailed: 'Not sent. Your words stay here; try again in a while.',
} as const;
