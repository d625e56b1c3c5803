/**
 * Gathers the declarations of types by name, with all that they use, from the modules that they are spread over. Two
 * that share a name get different ones, and types that are computed from values are written out.
 */
import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { ts } from '@custom-elements-manifest/analyzer';
import { parseModule } from './manifest.ts';

type Compiler = typeof import('@custom-elements-manifest/analyzer/node_modules/typescript');
type Node = import('@custom-elements-manifest/analyzer/node_modules/typescript').Node;
type Declaration =
  | import('@custom-elements-manifest/analyzer/node_modules/typescript').InterfaceDeclaration
  | import('@custom-elements-manifest/analyzer/node_modules/typescript').TypeAliasDeclaration;
type SourceFile = import('@custom-elements-manifest/analyzer/node_modules/typescript').SourceFile;

/** A part of a text that is written differently. */
interface Edit {
  from: number;
  to: number;
  text: string;
}

export class Declarations {
  readonly #root: string;
  readonly #modules = new Map<string, SourceFile>();
  /** What was found, with the name that it has in the result. */
  readonly #names = new Map<Declaration, string>();
  readonly #texts = new Map<Declaration, string>();

  readonly #entries: readonly string[];

  /**
   * @param root Of the repository.
   * @param entries Modules that {@link use} looks names up in; the first that knows a name has it.
   */
  constructor(root: string, entries: readonly string[]) {
    this.#root = root;
    this.#entries = entries;
  }

  /** The declarations that the uses so far need, each before those that it uses. */
  get texts(): string[] {
    return [...this.#texts.values()];
  }

  /**
   * @param text A type as the element's modules write it, such as `readonly Result[]`.
   * @returns The same type, by the names that its parts have in {@link texts}.
   */
  use(text: string): string {
    const source = ts.createSourceFile('use.ts', `type Use = ${text};`, ts.ScriptTarget.ESNext, true);
    const [alias] = source.statements;
    if (!alias || !ts.isTypeAliasDeclaration(alias)) throw new Error(`not a type: ${text}`);
    return this.#rewrite(alias.type, this.#entries);
  }

  #rewrite(node: Node, modules: readonly string[], more: readonly Edit[] = []): string {
    const start = node.getStart();
    const edits = [...this.#editsIn(node, modules), ...more];
    return apply(
      node.getText(),
      edits.map(({ from, to, text }) => ({ from: from - start, to: to - start, text })),
    );
  }

  /** One edit for each name that leads to a declaration of the repository. */
  #editsIn(node: Node, modules: readonly string[]): Edit[] {
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
      const { text } = node.argument.literal;
      const paths = modules.flatMap((module) => this.#resolve(module, text) ?? []);
      const found = node.qualifier && this.#findIn(node.qualifier.getText(), paths);
      if (found) return [{ from: node.getStart(), to: node.end, text: this.#nameOf(...found) }];
    }
    const name = nameIn(node);
    const found = name && this.#findIn(name.text, modules);
    const own = found ? [{ from: name.getStart(), to: name.end, text: this.#nameOf(...found) }] : [];
    return [...own, ...childrenOf(node).flatMap((child) => this.#editsIn(child, modules))];
  }

  /** The name of a declaration, which joins {@link texts} when it is first used. */
  #nameOf(declaration: Declaration, module: string): string {
    const known = this.#names.get(declaration);
    if (known) return known;
    const taken = new Set(this.#names.values());
    const wanted = declaration.name.text;
    const prefix = module.replace(/\.ts$/, '').split('/').at(-1) ?? '';
    const name = taken.has(wanted) ? toPascal(prefix) + wanted : wanted;
    this.#names.set(declaration, name);
    // Reserves the place before the types that it uses; a type may use itself.
    this.#texts.set(declaration, '');
    this.#texts.set(declaration, this.#write(declaration, name, module));
    return name;
  }

  #write(declaration: Declaration, name: string, module: string): string {
    const comment = commentOf(declaration);
    if (ts.isTypeAliasDeclaration(declaration) && /\btypeof\b/.test(declaration.type.getText())) {
      return `${comment}export type ${name} = ${this.#writeOut(declaration, module)};`;
    }
    const own = { from: declaration.name.getStart(), to: declaration.name.end, text: name };
    return `${comment}export ${this.#rewrite(declaration, [module], [own]).replace(/^export /, '')}`;
  }

  /** A type that is computed from a value, such as the keys of a table. */
  #writeOut(declaration: Declaration, module: string): string {
    const path = join(this.#root, module);
    // The smallest library will do: only what this module computes is asked for.
    const program = ts.createProgram([path], {
      lib: ['lib.es5.d.ts'],
      types: [],
      allowImportingTsExtensions: true,
      noEmit: true,
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
    });
    const source = program.getSourceFile(path);
    const same = source?.statements.find(
      (statement) => ts.isTypeAliasDeclaration(statement) && statement.name.text === declaration.name.text,
    );
    if (!same || !ts.isTypeAliasDeclaration(same)) throw new Error(`${module} has no type ${declaration.name.text}`);
    const checker = program.getTypeChecker();
    const { NoTruncation, InTypeAlias } = ts.TypeFormatFlags;
    return checker.typeToString(checker.getTypeAtLocation(same.name), undefined, NoTruncation | InTypeAlias);
  }

  #findIn(name: string, modules: readonly string[]): [Declaration, string] | undefined {
    for (const module of modules) {
      const found = this.#find(name, module);
      if (found) return found;
    }
    return undefined;
  }

  /** Where a name leads that a module uses: a declaration of its own, or one that it imports. */
  #find(name: string, module: string): [Declaration, string] | undefined {
    const source = this.#read(module);
    for (const statement of source.statements) {
      if (isDeclaration(statement) && statement.name.text === name) return [statement, module];
      if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)) {
        const { namedBindings } = statement.importClause ?? {};
        if (!namedBindings || !ts.isNamedImports(namedBindings)) continue;
        const found = namedBindings.elements.find((element) => element.name.text === name);
        const path = found && this.#resolve(module, statement.moduleSpecifier.text);
        if (path) return this.#find((found.propertyName ?? found.name).text, path);
      }
      if (
        ts.isExportDeclaration(statement) &&
        statement.moduleSpecifier &&
        ts.isStringLiteral(statement.moduleSpecifier)
      ) {
        const path = this.#resolve(module, statement.moduleSpecifier.text);
        const found = path && this.#find(name, path);
        if (found) return found;
      }
    }
    return undefined;
  }

  #resolve(module: string, specifier: string): string | undefined {
    if (!specifier.startsWith('.')) return undefined;
    const path = normalize(join(module, '..', specifier));
    return existsSync(join(this.#root, path)) ? path : undefined;
  }

  #read(module: string): SourceFile {
    const source = this.#modules.get(module) ?? parseModule(this.#root, module);
    this.#modules.set(module, source);
    return source;
  }
}

const isDeclaration = (node: Node): node is Declaration =>
  ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);

/** The identifier by which a node uses a type. */
function nameIn(node: Node): ReturnType<Compiler['factory']['createIdentifier']> | undefined {
  if (ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName)) return node.typeName;
  if (ts.isExpressionWithTypeArguments(node) && ts.isIdentifier(node.expression)) return node.expression;
  return undefined;
}

function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return children;
}

/** A comment with an empty line after it is about the module. */
function commentOf(declaration: Declaration): string {
  const [comment] = ts.getJSDocCommentsAndTags(declaration);
  if (!comment) return '';
  const between = declaration.getSourceFile().text.slice(comment.end, declaration.getStart());
  return /\n\s*\n/.test(between) ? '' : `${comment.getText()}\n`;
}

const apply = (text: string, edits: readonly Edit[]): string =>
  edits
    .toSorted((a, b) => b.from - a.from)
    .reduce((edited, { from, to, text: written }) => edited.slice(0, from) + written + edited.slice(to), text);

const toPascal = (name: string): string => name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
