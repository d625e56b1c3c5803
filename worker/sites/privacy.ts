/** What a site tells its visitors about their data, made of the settings that are in force. */
import { nameOfProvider } from '../catalog/model.ts';
import { FILE_LIFE_MS } from '../files/file.ts';
import { HOUR_MS } from '../shared/utc.ts';
import { RETENTION_DAYS, type SiteEntry } from './site.ts';

export interface PrivacySection {
  title: string;
  paragraphs: string[];
}

export interface PrivacyFacts extends SiteEntry {
  /** Host of the deployment. */
  host: string;
  providers: readonly { name: string; baseUrl: string }[];
  demo: boolean;
  /** Where reports go; undefined: nowhere. */
  reports: string | undefined;
  /** Host of the owner's check of finished pictures. */
  checkedBy?: string;
}

/** The page in its order. Every sentence follows from a setting, or holds for every site. */
export function privacyOf(facts: PrivacyFacts): PrivacySection[] {
  const { site, host } = facts;
  const days = RETENTION_DAYS[site.retention];
  const hours = FILE_LIFE_MS / HOUR_MS;
  return [
    {
      title: 'Who',
      paragraphs: [
        `The owner of these pages runs the service that makes the pictures, at ${host}, on Cloudflare's network. ${pagesOf(facts)}`,
        ...(facts.showcase.notice === undefined ? [] : [`The owner says: “${facts.showcase.notice}”`]),
        ...(facts.demo ? [] : ['The service is for people of 18 years and more.']),
      ],
    },
    { title: 'What you send', paragraphs: [sentOf(facts), ...checkOf(facts)] },
    {
      title: 'What is kept',
      paragraphs: [
        `A picture is kept for ${days} days and then deleted, with what the model wrote beside it. Its copies in smaller sizes go with it. Whoever knows its address can open it until then. The owner can delete it earlier, and can keep single pictures as examples for longer.`,
        'Your words are not kept. A checksum of a request is, so that the very same request finds its picture again, whoever sends it on these pages.',
        `Pictures that you add are deleted after ${hours} hours at the latest.`,
        ...(site.grounding ? ['A picture that was made with a web search opens for its asker alone.'] : []),
      ],
    },
    {
      title: 'Your network address',
      paragraphs: [
        'Cloudflare sees it, as it carries every request. The service neither stores nor logs it. To hold limits, requests are counted under a hash of it, made with a random number that is deleted after its UTC day. From then on the hash leads to nobody.',
      ],
    },
    { title: 'That you are no robot', paragraphs: [proofOf(facts)] },
    {
      title: 'In your browser',
      paragraphs: [
        'No cookies. The request that is running stands in this tab’s storage until it ends. Whether pictures are remembered after that is set by the page, and “Clear” empties it.',
      ],
    },
    {
      title: 'Made with AI',
      paragraphs: [
        'Every picture is made by a model and labelled so. Where the model marks its files with C2PA, the original file has the mark; smaller sizes and other formats do not.',
      ],
    },
    { title: 'If a picture is wrong', paragraphs: [reportOf(facts)] },
  ];
}

function pagesOf({ site }: PrivacyFacts): string {
  const pages = site.origins.map((origin) => origin.replace(/^https?:\/\//, ''));
  if (pages.length === 0) return 'No pages are named yet.';
  return `The pages are ${pages.join(', ')}. The makers of the software receive nothing.`;
}

function sentOf({ site, demo, providers }: PrivacyFacts): string {
  const what = site.promptMode === 'template' ? 'What you fill in' : 'Your words';
  if (demo) return `${what} and the pictures you add stay here: the service draws a sample by itself.`;
  const named = providers.map(({ name, baseUrl }) => `${nameOfProvider(name)} (${new URL(baseUrl).host})`);
  const first = named.length > 1 ? `${named[0]}, or where that fails to ${named.slice(1).join(' or ')},` : named[0];
  return `${what} and the pictures you add go to ${first} to make the picture, under the terms that the owner has with them. Your network address does not.`;
}

const checkOf = ({ checkedBy }: PrivacyFacts): string[] =>
  checkedBy === undefined
    ? []
    : [`Before a picture is shown, ${checkedBy} looks at it for the owner. It is not told who asked.`];

function proofOf({ site }: PrivacyFacts): string {
  switch (site.proof) {
    case 'turnstile':
      return 'Cloudflare’s Turnstile looks at the browser before the first picture. Cloudflare receives your network address and facts of the browser for that (challenges.cloudflare.com).';
    case 'pow':
      return 'Your browser solves a small puzzle before the first picture. Nothing is sent to anybody for that.';
    case 'none':
      return 'Nothing is checked.';
  }
}

function reportOf({ reports, host }: PrivacyFacts): string {
  const deleted = 'The owner decides, and can remove it from every address and size.';
  if (reports === undefined) return `Write to the owner of the page. ${deleted}`;
  if (reports.startsWith('mailto:')) return `Write to ${reports.slice('mailto:'.length)}. ${deleted}`;
  return `The last entry of its menu, “···”, reports it. It stays at its address until the owner decides. Your words go to the owner through ${host}; who you are does not. ${deleted}`;
}
