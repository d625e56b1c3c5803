import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { readConfig } from '../../worker/config/config.ts';
import { createLiveConfig } from '../../worker/config/live-config.ts';

const NOW = Date.parse('2026-11-29');
const ADDED: Catalog = [...SEED_CATALOG, { ...SEED_CATALOG[0]!, id: 'gemini-4-image', aliases: [] }];
const ids = (catalog: Catalog) => catalog.map(({ id }) => id);
const ending = (id: string, end: string): Catalog =>
  SEED_CATALOG.map((model) => (model.id === id ? { ...model, end } : model));

describe('the configuration of this moment', () => {
  it('offers what is added to the catalog, at once', () => {
    const source: { catalog: Catalog } = { catalog: SEED_CATALOG };
    const config = createLiveConfig(readConfig({}), source, () => NOW);
    expect(config.site.models).toEqual(ids(SEED_CATALOG));

    source.catalog = ADDED;

    expect(config.catalog).toBe(ADDED);
    expect(config.site.models).toEqual(ids(ADDED));
  });

  it('keeps a menu of some models as its owner wrote it', () => {
    const configured = readConfig({});
    const menu = ['gemini-3-pro-image', 'gemini-2.5-flash-image'];
    const some = { ...configured, site: { ...configured.site, models: menu, defaultModel: menu[0]! } };

    const config = createLiveConfig(some, { catalog: ADDED }, () => NOW);

    expect(config.site.models).toEqual(menu);
  });

  it('offers no retired model, and has another default where that is the one', () => {
    const clock = { now: NOW };
    const source = { catalog: ending('gemini-nano-banana-2.1', '2026-11-29') };
    const config = createLiveConfig(readConfig({}), source, () => clock.now);
    expect(config.site.defaultModel).toBe('gemini-nano-banana-2.1');

    clock.now += 86_400_000;

    expect(config.site.models).not.toContain('gemini-nano-banana-2.1');
    expect(config.site.defaultModel).toBe('gemini-3.1-flash-image');
  });

  it('is plain data where it is sent to an object', () => {
    const config = createLiveConfig(readConfig({}), { catalog: ADDED }, () => NOW);

    expect(structuredClone(config.site)).toEqual({ ...config.site });
  });
});
