/**
 * The string formats plain schemas may use. Each check takes time linear in the length of the string: bodies come
 * from strangers. Sources: RFC 3339 (`date`, `date-time`), RFC 5321 and 5322 (`email`), RFC 9562 (`uuid`),
 * RFC 3986 (`uri`).
 */
export const formats: Readonly<Record<string, (value: string) => boolean>> = {
  date: isDate,
  'date-time': isDateTime,
  email: isEmail,
  uuid: isUuid,
  uri: isUri,
};

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDate(value: string): boolean {
  const match = DATE.exec(value);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const leapDay = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  return day >= 1 && day <= (DAYS[month - 1] ?? 0) + leapDay;
}

// No leap second (:60): a Date cannot hold one.
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

function isDateTime(value: string): boolean {
  const separator = value[10];
  return (separator === 'T' || separator === 't') && isDate(value.slice(0, 10)) && TIME.test(value.slice(11));
}

const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const LABEL = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;

/** An address with a domain name; quoted local parts and address literals, which mail forms refuse, are not taken. */
function isEmail(value: string): boolean {
  if (value.length > 254) return false;
  const at = value.lastIndexOf('@');
  const labels = value.slice(at + 1).split('.');
  return at <= 64 && LOCAL_PART.test(value.slice(0, Math.max(at, 0))) && labels.every((label) => LABEL.test(label));
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

function isUuid(value: string): boolean {
  return UUID.test(value);
}

const SCHEME = /^[a-z][a-z\d+.-]*:/i;
const FORBIDDEN_IN_URI = /[^\w.~:/?#[\]@!$&'()*+,;=%-]|%(?![\da-f]{2})/i;

function isUri(value: string): boolean {
  return SCHEME.test(value) && !FORBIDDEN_IN_URI.test(value) && URL.canParse(value);
}
