/** `GET /peel-studio.d.ts`: the element for TypeScript, for JSX and for Vue's templates, as its manifest says. */
import { Declarations } from './declarations.ts';
import {
  ELEMENT_MODULES,
  type ElementDeclaration,
  elementOf,
  type Field,
  type Manifest,
  type Method,
} from './manifest.ts';

/** What a page may write on the element in JSX beside its attributes. Frameworks type the rest of the tag's own. */
const GLOBAL_PROPS = `  id?: string | undefined;
  class?: string | undefined;
  className?: string | undefined;
  slot?: string | undefined;
  title?: string | undefined;
  dir?: string | undefined;
  hidden?: boolean | undefined;
  tabIndex?: number | undefined;
  style?: string | object | undefined;
  children?: any;
  key?: any;
  ref?: any;
  onInput?: ((event: any) => void) | undefined;
  onChange?: ((event: any) => void) | undefined;`;

interface TypesOptions {
  manifest: Manifest;
  /** The declarations that the types use, and each type by their names. */
  named: (text: string) => string;
  declarations: () => readonly string[];
  version: string;
}

/** Writes the file. Pure: what it names is handed in. */
export function renderTypes({ manifest, named, declarations, version }: TypesOptions): string {
  const element = elementOf(manifest);
  const fields = element.members.filter((member) => member.kind === 'field');
  const methods = element.members.filter((member) => member.kind === 'method');
  const events = element.events.filter(({ type }) => type.text.startsWith('PeelEvent<'));
  for (const { type } of events) named(type.text);
  const members = [
    ...fields.map((field) => writeField(field, named)),
    ...methods.map((one) => writeMethod(one, named)),
  ];
  const attributes = element.attributes.map((attribute) => writeAttribute(attribute, named));
  const properties = fields.filter(({ attribute, readonly }) => attribute === undefined && !readonly);
  // Before the declarations are asked for, everything has been named.
  const body = `${comment(element.description)}export interface PeelStudio extends HTMLElement {
${members.join('\n')}
}

/** The attributes, as HTML writes them. */
export interface PeelStudioAttributes {
${attributes.join('\n')}
}

/** Properties that have no attribute. */
export interface PeelStudioProperties {
${properties.map(({ name, type, description }) => `${comment(description, '  ')}  ${name}?: ${orUndefined(named(type.text))};`).join('\n')}
}

/** The tag in JSX, with its events as \`onpeel-…\`. */
export interface PeelStudioProps extends PeelStudioAttributes, PeelStudioProperties {
${GLOBAL_PROPS}
${events.map(({ name }) => `  'on${name}'?: ((event: PeelEvent<'${name}'>) => void) | undefined;`).join('\n')}
}

/** The tag in a template of Vue, with its events as \`@peel-…\`. */
export interface PeelStudioVueProps extends PeelStudioAttributes, PeelStudioProperties {
${camelCased(element)
  .map(({ name, type }) => `  ${name}?: ${orUndefined(named(type.text))};`)
  .join('\n')}
${events.map(({ name }) => `  on${toPascal(name)}?: ((event: PeelEvent<'${name}'>) => void) | undefined;`).join('\n')}
}

declare global {
  interface HTMLElementTagNameMap {
    '${element.tagName}': PeelStudio;
  }

  /** They bubble, so that the page and the window hear them too. */
  interface GlobalEventHandlersEventMap {
${events.map(({ name }) => `    '${name}': PeelEvent<'${name}'>;`).join('\n')}
  }
}

// Each of these is for a project that has the framework. Elsewhere the name leads nowhere, and the line is skipped.
// @ts-ignore
declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      '${element.tagName}': PeelStudioProps;
    }
  }
}

// @ts-ignore
declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      '${element.tagName}': PeelStudioProps;
    }
  }
}

// @ts-ignore
declare module 'vue' {
  interface GlobalComponents {
    '${element.tagName}': new () => PeelStudio & { $props: PeelStudioVueProps };
  }
}
`;
  return `/** Types of <${element.tagName}>, version ${version}. Made from its manifest. */

${declarations().join('\n\n')}

${body}`;
}

/** The manifest's types, with their declarations out of the sources of the repository. */
export function typesFromSources(root: string, manifest: Manifest, version: string): string {
  const declarations = new Declarations(root, ELEMENT_MODULES);
  return renderTypes({
    manifest,
    named: (text) => declarations.use(text),
    declarations: () => declarations.texts,
    version,
  });
}

type Named = TypesOptions['named'];

const writeField = ({ name, type, description, readonly }: Field, named: Named): string =>
  `${comment(description, '  ')}  ${readonly ? 'readonly ' : ''}${name}: ${named(type.text)};`;

function writeMethod({ name, parameters, return: returned, description }: Method, named: Named): string {
  const list = parameters.map((one) => `${one.name}${one.optional ? '?' : ''}: ${named(one.type.text)}`);
  return `${comment(description, '  ')}  ${name}(${list.join(', ')}): ${named(returned.type.text)};`;
}

/** HTML has words only, and JSX takes a number or a truth for them too. */
function writeAttribute({ name, type, description }: ElementDeclaration['attributes'][number], named: Named): string {
  const text = { number: 'number | string', boolean: "boolean | ''" }[type.text] ?? named(type.text);
  return `${comment(description, '  ')}  ${/^\w+$/.test(name) ? name : `'${name}'`}?: ${orUndefined(text)};`;
}

/** Properties that have an attribute of another spelling. */
const camelCased = ({ members }: ElementDeclaration): Field[] =>
  members
    .filter((member) => member.kind === 'field')
    .filter(({ name, attribute }) => attribute !== undefined && attribute !== name);

const orUndefined = (type: string): string => (/\bundefined\b/.test(type) ? type : `${type} | undefined`);

const comment = (text: string | undefined, indent = ''): string => (text ? `${indent}/** ${text} */\n` : '');

const toPascal = (name: string): string => name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
