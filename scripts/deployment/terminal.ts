/** A person at a terminal, or lines of a pipe. */
import { createInterface, type Interface } from 'node:readline';
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

export interface Terminal {
  say(text?: string): void;
  /** A step that is behind us. */
  done(text: string): void;
  /** Something to know or to do before the next step. */
  warn(text: string): void;
  /** @throws Stopped at Ctrl+C and at the end of the input. */
  ask(question: string): Promise<string>;
  /** What is typed is shown as dots and stays nowhere. */
  askHidden(question: string): Promise<string>;
  style(style: Style, text: string): string;
  close(): void;
}

/** The person pressed Ctrl+C, or the input ended. */
export class Stopped extends Error {
  override name = 'Stopped';
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const BACKSPACE = /[\b\u007f]/;
/** The dots of a long key would break the line. */
const MOST_DOTS = 32;

export function openTerminal(
  input: NodeJS.ReadStream = process.stdin,
  output: NodeJS.WriteStream = process.stdout,
): Terminal {
  const style = (format: Style, text: string) => styleText(format, text, { stream: output });
  const say = (text = '') => void output.write(`${text.replace(/^(?=.)/gm, '  ')}\n`);
  const lines = input.isTTY ? undefined : readLines(input);
  const ask = async (question: string) => {
    if (!lines) return askLine(input, output, `  ${question} `);
    output.write(`  ${question} `);
    const line = await lines.next();
    output.write('\n');
    return line;
  };
  return {
    say,
    style,
    ask,
    done: (text) => say(`${style('green', '✓')} ${text.replaceAll('\n', '\n  ')}`),
    warn: (text) => say(`${style('yellow', '!')} ${text.replaceAll('\n', '\n  ')}`),
    async askHidden(question) {
      if (lines) return ask(question);
      output.write(`  ${question} `);
      return readHidden(input, output);
    },
    close: () => lines?.close(),
  };
}

function askLine(input: NodeJS.ReadStream, output: NodeJS.WriteStream, prompt: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = createInterface({ input, output, terminal: true, historySize: 0 });
    let answer: string | undefined;
    reader.on('SIGINT', () => reader.close());
    reader.on('close', () => (answer === undefined ? reject(new Stopped()) : resolve(answer)));
    reader.question(prompt, (line) => {
      answer = line.trim();
      reader.close();
    });
  });
}

function readHidden(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (finish: () => void) => {
      input.off('data', onData).setRawMode(false).pause();
      output.write('\n');
      finish();
    };
    const onData = (data: Buffer) => {
      for (const character of data.toString()) {
        if (character === '\r' || character === '\n') return end(() => resolve(typed.trim()));
        if (character === CTRL_C || character === CTRL_D) return end(() => reject(new Stopped()));
        if (BACKSPACE.test(character)) {
          if (typed !== '' && typed.length <= MOST_DOTS) output.write('\b \b');
          typed = typed.slice(0, -1);
        } else {
          typed += character;
          if (typed.length <= MOST_DOTS) output.write('•');
        }
      }
    };
    input.setRawMode(true).resume().on('data', onData);
  });
}

/** One reader for the whole input: a second one would lose what the first has already read. */
function readLines(input: NodeJS.ReadStream) {
  const reader: Interface = createInterface({ input });
  const lines = reader[Symbol.asyncIterator]();
  return {
    async next(): Promise<string> {
      const { value, done } = await lines.next();
      if (done) throw new Stopped();
      return value.trim();
    },
    close: () => reader.close(),
  };
}
