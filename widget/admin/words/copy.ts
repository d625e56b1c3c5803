export const COPY = { copy: 'Copy', copied: 'Copied', failed: 'Select it and copy by hand' };
