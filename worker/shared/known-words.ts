/**
 * The words that a log may have of a failed call: those with which providers speak of accounts, keys, quotas and services,
 * and platforms of connections. A message may quote a prompt in any spelling (other case, escapes, base64, stars), and no
 * comparison finds them all, so what is no such word is left out, numbers too.
 */
const WORDS = new Set(
  `a able aborted aborterror about abuse accept accepted access account activate active add again ai all allowed also
  an and another answer any api apikey are as at attempt auth authentication authorization available balance banned
  be because been before behind billed billing blocked body browser budget but by call caller callers can cancelled
  cannot cap capacity change channel channels charge check client closed code com complete config configuration
  connect connection connections console consumer contact continue cost could country credential credentials credit credits current
  currently customer daily dashboard day days deactivated default demand denied depleted deprecated details
  developers disabled disconnected distributor dns do does early empty enable enabled ended endpoint enough error
  exceeded exceeds exhausted exist experiencing expired failed failure for forbidden found free from funds gateway
  generativelanguage go google googleapis group handshake has have help high host hour hours http https id if in
  inactive include incorrect insufficient internal invalid io is it its key keys large later leaked limit limited
  limits linked location locked long lost low management many maximum may metric minute minutes missing model models
  month monthly more must name needed network new no not of on one only operation or organization out overdue
  overload overloaded owner page paid pay payment peer per permission permitted plan platform please policies policy
  prepaid prepay prepayment preview project provided provider proxy quota quotas rate reach reached read recharge
  redirect redirects refused region registered remaining renew reported request requested requests require required
  requires reset resource restricted resume retry role s second seconds server service services settings specified
  spend spending spikes stream studio subscription support supported suspended tell temporarily temporary tenant
  terms that the their this tier time timed timeout tls to token tokens too top troubleshooting try typeerror unable
  unauthorized unavailable unbilled under unknown unregistered until up upgrade upstream usage use used user users
  using usually valid verify version violation visit wait wants was when whitelisted with without words workspace
  wrong you your`.split(/\s+/),
);

const CHINESE =
  /^(?:该|您的|令牌|密钥|余额|额度|配额|已|不足|用尽|耗尽|用户|账户|账号|剩余|需要|预扣费|扣费|失败|当前|分组|对于|下|模型|无可用|渠道|的|无权|访问|使用|封禁|禁用|被|欠费|无效|过期|状态|不可用|验证|请|充值)+$/u;

const isKnown = (word: string): boolean => WORDS.has(word.toLowerCase()) || CHINESE.test(word);

/** A message with `…` for everything in it that is no known word. */
export const knownWordsOf = (message: string): string =>
  message
    .replace(/[\p{L}\p{M}\p{N}]+/gu, (word) => (isKnown(word) ? word : '…'))
    .replace(/[^\p{L}\s.,:;'"()/…-]+/gu, '…')
    .replace(/…(?:[^\p{L}…]*…)+/gu, '…');
