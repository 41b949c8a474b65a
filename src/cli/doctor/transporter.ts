import type { Transporter } from '../../config';
import { urlsIn } from '../../config';
import type { Finding } from './finding';
import { ok, warning } from './finding';

const CREDENTIALS = /"(user(name)?|pass(word)?|token|nkey|authenticator|sasl|key)":|\/\/[^/"]+@/i;

/** Whoever reaches an open transporter may call every action, as any owner. */
export function judgeTransporter(transporter: Transporter | undefined): Finding {
  const check = 'transporter';
  if (transporter === undefined) return ok(check, 'none: other nodes cannot call this one');
  const kind = typeof transporter === 'string' ? transporter.split(':')[0] : transporter.type;
  return isProtected(transporter)
    ? ok(check, `${String(kind)}, with a sign-in`)
    : warning(
        check,
        `${String(kind)}, without a sign-in: who reaches it can call every action, for any owner`,
        'Put user and password into MOLECULER_TRANSPORTER, and let only the nodes reach it.',
      );
}

const isProtected = (transporter: Transporter): boolean =>
  typeof transporter === 'string'
    ? transporter !== 'TCP' &&
      urlsIn(transporter).every((url) => new URL(url).username + new URL(url).password !== '')
    : CREDENTIALS.test(JSON.stringify(transporter.options ?? {}));
