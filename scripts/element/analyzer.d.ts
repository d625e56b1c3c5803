/** The package has types for its plugins only. These are for what it exports. */
declare module '@custom-elements-manifest/analyzer' {
  import type typescript from '@custom-elements-manifest/analyzer/node_modules/typescript';

  /** The compiler's classic API, which the project's own TypeScript no longer has. */
  export const ts: typeof typescript;

  export interface RawDeclaration {
    kind: string;
    name: string;
    description?: string;
    members?: RawMember[];
    events?: RawNamed[];
    slots?: RawNamed[];
    cssParts?: RawNamed[];
    cssProperties?: RawNamed[];
    cssStates?: RawNamed[];
  }

  export interface RawNamed {
    name: string;
    description?: string;
    default?: string;
  }

  export interface RawMember extends RawNamed {
    kind: 'field' | 'method';
    static?: boolean;
    privacy?: 'public' | 'protected' | 'private';
    readonly?: boolean;
    type?: { text: string };
    parameters?: { name: string; optional?: boolean; default?: string; type?: { text: string } }[];
    return?: { type?: { text: string } };
    inheritedFrom?: { name: string; module: string };
  }

  export function create(options: { modules: readonly typescript.SourceFile[] }): {
    modules: { path: string; declarations: RawDeclaration[] }[];
  };
}
