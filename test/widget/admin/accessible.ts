import axe from 'axe-core';

/**
 * What axe-core finds in the page, and what the desk promises beside it: nothing is wider than the page, and every
 * target is 24 px high at least, or a link in a line of text.
 */
export async function faultsOf(root: Element = document.body): Promise<string[]> {
  const { violations } = await axe.run(root, {
    resultTypes: ['violations'],
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  });
  const told = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary?.split('\n')[1] ?? ''}`),
  );
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) told.push(`${scrollWidth} px wide on ${innerWidth} px: ${widest()}`);
  return [...told, ...smallTargets(root)];
}

function widest(): string {
  const all = [...document.querySelectorAll('body *')];
  const beyond = all.filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5);
  return beyond.map(({ tagName, className }) => `${tagName}.${String(className)}`).join(' > ');
}

const LEAST_PX = 24;

function smallTargets(root: Element): string[] {
  return (
    [...root.querySelectorAll<HTMLElement>('button, select, input, summary, a')]
      .filter((target) => target.checkVisibility({ visibilityProperty: true }) && !target.closest('.skip'))
      .filter((target) => getComputedStyle(target).display !== 'inline' || target.tagName !== 'A')
      .map((target) => ({ target, height: target.getBoundingClientRect().height }))
      // A box or a switch has its label as target too.
      .filter(({ target, height }) => height > 0 && height < LEAST_PX && !target.closest('label'))
      .map(({ target, height }) => `only ${height} px: ${target.outerHTML.slice(0, 120)}`)
  );
}
