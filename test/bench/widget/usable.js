/** Finds the end of the first frame in which the field of the measured element is there and takes the focus. */
(() => {
  // A task of its own runs after the frame is painted.
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    globalThis.bench.usableAt = performance.now();
  };

  const look = () => {
    const root = document.querySelector('[data-measured]')?.shadowRoot;
    const field = root?.querySelector('textarea');
    if (field?.checkVisibility() && field.getBoundingClientRect().height > 1) {
      field.focus({ preventScroll: true });
      const isFocused = root.activeElement === field;
      field.blur();
      if (isFocused) return port2.postMessage('');
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
