/**
 * The custom-elements manifest of `/widget.js`: what editors, documentation and types know of the element. It is read
 * from the doc comments and types of the source, so that it cannot say anything else.
 *
 * @see https://github.com/webcomponents/custom-elements-manifest
 */
/// <reference path="./analyzer.d.ts" />
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, type RawDeclaration, type RawMember, type RawNamed, ts } from '@custom-elements-manifest/analyzer';

interface Named {
  name: string;
  description?: string;
}

interface Attribute extends Named {
  fieldName: string;
  type: { text: string };
  default?: string;
}

export interface Field extends Named {
  kind: 'field';
  type: { text: string };
  default?: string;
  attribute?: string;
  reflects?: true;
  readonly?: true;
}

export interface Method extends Named {
  kind: 'method';
  parameters: { name: string; optional?: true; type: { text: string } }[];
  return: { type: { text: string } };
}

export interface ElementDeclaration extends Named {
  kind: 'class';
  customElement: true;
  tagName: string;
  superclass: { name: string };
  attributes: Attribute[];
  members: (Field | Method)[];
  events: (Named & { type: { text: string } })[];
  slots: Named[];
  cssParts: Named[];
  cssProperties: (Named & { default?: string })[];
  cssStates: Named[];
}

export interface Manifest {
  schemaVersion: string;
  modules: {
    kind: 'javascript-module';
    path: string;
    declarations: [ElementDeclaration];
    exports: { kind: string; name: string; declaration: { name: string; module: string } }[];
  }[];
}

const TAG = 'peel-studio';
const CLASS = 'PeelStudio';
const PATH = 'widget.js';

/** Events of the browser that the element fires itself. */
const NATIVE_EVENT = 'Event';

/** What a browser or Lit calls, or what every element has already. */
const NOT_OURS =
  /Callback$|^(addEventListener|scheduleUpdate|performUpdate|shouldUpdate|willUpdate|update|updated|firstUpdated|render|createRenderRoot|requestUpdate|getUpdateComplete|properties|styles|observedAttributes)$/;

/** The modules that the element is declared in, from the repository's root. */
export const ELEMENT_MODULES = ['widget/peel-studio.ts', 'widget/attributes.ts', 'widget/events.ts'] as const;

export const parseModule = (root: string, path: string) =>
  ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.ESNext, true);
type SourceFile = ReturnType<typeof parseModule>;

/** @param root Of the repository. @throws Error that names a member whose type the source does not say. */
export function createManifest(root: string): Manifest {
  const modules = ELEMENT_MODULES.map((path) => parseModule(root, path));
  const declarations = create({ modules }).modules.flatMap((module) => module.declarations);
  const raw = declarations.find(({ kind, name }) => kind === 'class' && name === CLASS);
  if (!raw) throw new Error(`${ELEMENT_MODULES[0]} declares no class ${CLASS}`);
  const declaration = toElement(raw, modules);
  const reference = { name: CLASS, module: PATH };
  return {
    schemaVersion: '1.0.0',
    modules: [
      {
        kind: 'javascript-module',
        path: PATH,
        declarations: [declaration],
        exports: [
          { kind: 'js', name: CLASS, declaration: reference },
          { kind: 'custom-element-definition', name: TAG, declaration: reference },
        ],
      },
    ],
  };
}

export const elementOf = ({ modules }: Manifest): ElementDeclaration => {
  const [declaration] = modules[0]?.declarations ?? [];
  if (!declaration) throw new Error('the manifest has no element');
  return declaration;
};

function toElement(raw: RawDeclaration, modules: readonly SourceFile[]): ElementDeclaration {
  const sources = new Map(modules.flatMap(membersOf));
  const members = (raw.members ?? []).filter(isPublic).map((member) => toMember(member, sources.get(member.name)));
  const fields = members.filter((member) => member.kind === 'field');
  const types = new Set(eventTypesOf(modules));
  return {
    kind: 'class',
    ...named(raw),
    customElement: true,
    tagName: TAG,
    superclass: { name: 'HTMLElement' },
    attributes: fields.flatMap(({ name, attribute, type, description, default: value }) =>
      attribute === undefined
        ? []
        : [
            {
              name: attribute,
              fieldName: name,
              type,
              ...(description !== undefined && { description }),
              ...(value !== undefined && { default: value }),
            },
          ],
    ),
    members,
    events: (raw.events ?? [])
      .map((event) => ({
        ...named(event),
        type: { text: types.has(event.name) ? `PeelEvent<'${event.name}'>` : NATIVE_EVENT },
      }))
      .filter(isFirst),
    slots: (raw.slots ?? []).map(named),
    cssParts: (raw.cssParts ?? []).map(named),
    cssProperties: (raw.cssProperties ?? []).map((property) => ({
      ...named(property),
      ...(property.default !== undefined && { default: property.default }),
    })),
    cssStates: (raw.cssStates ?? []).map(named),
  };
}

const named = ({ name, description }: RawNamed): Named => ({
  name,
  ...(description && { description: description.replace(/\s+/g, ' ').trim() }),
});

/** The analyzer finds an event twice where the code fires what the comment names. */
const isFirst = ({ name }: Named, at: number, all: readonly Named[]): boolean =>
  all.findIndex((other) => other.name === name) === at;

const isPublic = ({ name, privacy = 'public', static: isStatic }: RawMember): boolean =>
  privacy === 'public' && !isStatic && !/^[#_]/.test(name) && !NOT_OURS.test(name);

/** A member of a class in the source. */
type Member = import('@custom-elements-manifest/analyzer/node_modules/typescript').ClassElement;
type Expression = import('@custom-elements-manifest/analyzer/node_modules/typescript').Expression;

/** All members of all classes of a module, by name. */
const membersOf = (source: SourceFile): [string, Member][] =>
  source.statements
    .filter(ts.isClassDeclaration)
    .flatMap(({ members }) => members.map((member) => [member.name?.getText() ?? '', member] as [string, Member]));

function toMember(raw: RawMember, source: Member | undefined): Field | Method {
  const typed = (text: string | undefined, what: string) => {
    if (!text) throw new Error(`the type of ${what} is not written down: the manifest needs it`);
    return { text: text.replace(/\s+/g, ' ') };
  };
  if (raw.kind === 'method') {
    return {
      kind: 'method',
      ...named(raw),
      parameters: (raw.parameters ?? []).map(({ name, optional, default: value, type }, at) => ({
        name: /^\w+$/.test(name) ? name : 'options',
        ...((optional || value !== undefined) && { optional: true as const }),
        type: typed(type?.text ?? shapeOf(source, at), `parameter ${at + 1} of ${raw.name}()`),
      })),
      return: {
        type: typed(raw.return?.type?.text ?? (returnsNothing(source) ? 'void' : ''), `what ${raw.name}() returns`),
      },
    };
  }
  const attribute = attributeOf(source);
  const value = defaultOf(source);
  return {
    kind: 'field',
    ...named(raw),
    type: typed(raw.type?.text, raw.name),
    ...(value !== undefined && { default: value }),
    ...(attribute && { attribute: attribute.name }),
    ...(attribute?.reflects && { reflects: true }),
    ...(raw.readonly && { readonly: true }),
  };
}

/** The type of a parameter that only its default tells: `index = 0`, or `{ a = false } = {}`, which is `{ a?: boolean }`. */
function shapeOf(source: Member | undefined, at: number): string | undefined {
  const parameter = source && ts.isMethodDeclaration(source) ? source.parameters[at] : undefined;
  if (!parameter?.initializer) return undefined;
  if (!ts.isObjectBindingPattern(parameter.name)) return literalType(parameter.initializer.kind);
  const types = parameter.name.elements.map(({ name, initializer }) => {
    const type = initializer && literalType(initializer.kind);
    return type && `${name.getText()}?: ${type}`;
  });
  return types.includes(undefined) ? undefined : `{ ${types.join('; ')} }`;
}

function literalType(kind: number): string | undefined {
  switch (kind) {
    case ts.SyntaxKind.TrueKeyword:
    case ts.SyntaxKind.FalseKeyword:
      return 'boolean';
    case ts.SyntaxKind.NumericLiteral:
      return 'number';
    case ts.SyntaxKind.StringLiteral:
      return 'string';
    default:
      return undefined;
  }
}

function returnsNothing(source: Member | undefined): boolean {
  if (!source || !ts.isMethodDeclaration(source)) return false;
  const isAsync = source.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false;
  return !isAsync && !/\breturn\s+[^;]/.test(source.body?.getText() ?? '');
}

/** The attribute of a property: the tables of its module name those that have one. */
function attributeOf(source: Member | undefined): { name: string; reflects: boolean } | undefined {
  if (!source || !ts.isPropertyDeclaration(source)) return undefined;
  const name = source.name.getText();
  const isNamed = (table: string) => namesIn(source.getSourceFile(), table).includes(name);
  if (!isNamed('VALUES') && !isNamed('FLAGS')) return undefined;
  return { name: toKebab(name), reflects: isNamed('REFLECTED') };
}

/** The keys or the words of a constant. */
function namesIn(source: SourceFile, constant: string): string[] {
  const found = constantOf(source, constant);
  const table = found && lookUp(found);
  if (table && ts.isObjectLiteralExpression(table)) return table.properties.map(({ name }) => name?.getText() ?? '');
  if (!table || !ts.isArrayLiteralExpression(table)) return [];
  return table.elements.filter(ts.isStringLiteral).map(({ text }) => text);
}

const toKebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The text of a default: the property's own, or the one that a table of its module has. */
function defaultOf(source: Member | undefined): string | undefined {
  if (!source || !ts.isPropertyDeclaration(source)) return undefined;
  const name = source.name.getText();
  const file = source.getSourceFile();
  if (namesIn(file, 'FLAGS').includes(name)) return 'false';
  const text = (source.initializer ? lookUp(source.initializer) : defaultIn(file, name))?.getText();
  return text === 'undefined' ? undefined : text;
}

/** How a value is read stands before its default. */
function defaultIn(source: SourceFile, name: string): Expression | undefined {
  const table = constantOf(source, 'VALUES');
  const values = table && lookUp(table);
  if (!values || !ts.isObjectLiteralExpression(values)) return undefined;
  const found = values.properties.find((property) => property.name?.getText() === name);
  if (!found || !ts.isPropertyAssignment(found) || !ts.isArrayLiteralExpression(found.initializer)) return undefined;
  const [, fallback] = found.initializer.elements;
  return fallback && lookUp(fallback);
}

function lookUp(expression: Expression): Expression | undefined {
  if (ts.isAsExpression(expression) || ts.isSatisfiesExpression(expression)) return lookUp(expression.expression);
  if (ts.isIdentifier(expression)) {
    const found = constantOf(expression.getSourceFile(), expression.text);
    return found ? lookUp(found) : expression;
  }
  return expression;
}

function constantOf(source: SourceFile, name: string): Expression | undefined {
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    const found = statement.declarationList.declarations.find((one) => one.name.getText() === name);
    if (found?.initializer) return found.initializer;
  }
  return undefined;
}

/** The keys of `PeelEventMap`. */
export function eventTypesOf(modules: readonly SourceFile[]): string[] {
  const map = modules
    .flatMap(({ statements }) => [...statements])
    .find((statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === 'PeelEventMap');
  if (!map || !ts.isInterfaceDeclaration(map)) throw new Error('widget/events.ts declares no PeelEventMap');
  return map.members.flatMap(({ name }) => (name && ts.isStringLiteral(name) ? [name.text] : []));
}
