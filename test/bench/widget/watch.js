/** Runs in a measured page before its own scripts, and keeps what the browser tells about it. */
(() => {
  const seen = { shifts: [], tasks: [], keys: [] };
  globalThis.bench = seen;
  const watch = (type, onEntry, options) =>
    new PerformanceObserver((list) => list.getEntries().forEach(onEntry)).observe({ type, buffered: true, ...options });

  // A press may move what it likes for half a second.
  watch('layout-shift', ({ startTime, value, hadRecentInput, sources }) => {
    if (hadRecentInput) return;
    // The browser names no node of a shadow tree, but where it was and where it is.
    const moved = sources
      .map(({ node, previousRect: was, currentRect: is }) => {
        const name = node?.localName ?? 'inside';
        return `${name} ${was.x},${was.y} ${was.width}x${was.height} to ${is.x},${is.y} ${is.width}x${is.height}`;
      })
      .join('; ');
    seen.shifts.push({ at: startTime, value, moved });
  });
  watch('longtask', ({ startTime, duration }) => seen.tasks.push({ at: startTime, ms: duration }));
  watch('event', ({ name, duration }) => /^key|^input/.test(name) && seen.keys.push(duration), {
    durationThreshold: 16,
  });
})();
