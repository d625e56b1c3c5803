import { type Catalog, findModel, type ProviderName } from './model.ts';

/**
 * The provider of a call of which only the model is known: the deployment's only provider, or the only one of several
 * that offers the model.
 *
 * @param model Canonical id. Where the catalog no longer has it, every provider may have been called.
 * @param providers Those of the deployment.
 * @returns undefined where several may have been called.
 */
export function onlyProviderOf(
  model: string,
  catalog: Catalog,
  providers: readonly { name: ProviderName }[],
): ProviderName | undefined {
  const offers = findModel(catalog, model)?.offers;
  const names = [...new Set(providers.map(({ name }) => name))];
  const offering = names.length > 1 && offers ? names.filter((name) => offers[name] !== undefined) : names;
  return offering.length === 1 ? offering[0] : undefined;
}
