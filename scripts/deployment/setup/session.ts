/** What the steps of a set-up share: the answers so far, the secrets to store, and the way in which they ask. */
import * as answers from '../answers.ts';
import { CannotGoOn } from '../cannot-go-on.ts';
import type { Cloudflare } from '../cloudflare.ts';
import type { CommandResult } from '../command.ts';
import type { Notes, SetupNotes } from '../notes.ts';
import type { Terminal } from '../terminal.ts';

export type Step = 'key' | 'origins' | 'budget' | 'proof';

export interface SetupOptions {
  terminal: Terminal;
  cloudflare: Cloudflare;
  notes: Notes;
  /** Builds and deploys, as `npm run deploy` does. */
  deploy: () => Promise<CommandResult>;
  /** Variables that answer in place of a person. */
  env: Record<string, string | undefined>;
  /** `--yes`: every answer comes from a variable, and an absent one skips its step. */
  isNonInteractive: boolean;
  /** Absent: all of them. */
  only?: Step;
  /** UTC, `YYYY-MM-DD`. */
  today: string;
}

export interface Session extends SetupOptions {
  /** Answers of this run and of an earlier one that was stopped. */
  known: SetupNotes;
  /** Names and values that the worker gets at the end. They are written nowhere else. */
  secrets: Record<string, string>;
  /** Whether this run asks for the step. */
  isAsked(step: Step): boolean;
  /** Adds answers to `known`, also for a later run. */
  remember(news: SetupNotes): void;
  title(step: number, text: string, hint: string): void;
  grey(text: string): string;
  /**
   * Asks until an answer is right. @returns undefined where it is skipped.
   *
   * @param variable Answers where `isNonInteractive`.
   */
  ask<T>(
    variable: string,
    question: string,
    parse: (text: string) => answers.Parsed<T> | Promise<answers.Parsed<T>>,
    read?: (question: string) => Promise<string>,
  ): Promise<T | undefined>;
  askHidden(variable: string, question: string): Promise<string | undefined>;
  askWhether(variable: string, question: string): Promise<boolean | undefined>;
}

export function openSession(options: SetupOptions): Session {
  const { terminal, notes, env, isNonInteractive, only } = options;
  const { say, warn, style } = terminal;
  const known = notes.readSetup();
  const grey = (text: string) => style('dim', text);

  const ask: Session['ask'] = async (variable, question, parse, read = terminal.ask) => {
    for (;;) {
      const text = isNonInteractive ? (env[variable] ?? '').trim() : await read(question);
      if (text === '') return undefined;
      const parsed = await parse(text);
      if (parsed.ok) return parsed.value;
      if (isNonInteractive) throw new CannotGoOn(`${variable}: ${parsed.rule}`);
      warn(parsed.rule);
    }
  };

  return {
    ...options,
    known,
    secrets: {},
    isAsked: (step) => only === undefined || only === step,
    remember(news) {
      Object.assign(known, news);
      notes.writeSetup(known);
    },
    title(step, text, hint) {
      say();
      say(`${only ? '' : `${style('cyan', `${step} of 5`)}  `}${text} ${grey(`(${hint})`)}`);
    },
    grey,
    ask,
    askHidden: (variable, question) =>
      ask(variable, question, (text) => ({ ok: true as const, value: text }), terminal.askHidden),
    askWhether: (variable, question) => ask(variable, `${question} ${grey('(y/n)')}:`, answers.parseYesOrNo),
  };
}
