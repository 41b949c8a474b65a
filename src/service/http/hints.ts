/** What to do about an error, by its type; where more is known of the case, the error itself says it. */
export const hintOf = (type: string): string => HINTS.get(type) ?? 'Repeat the call later.';

const HINTS: ReadonlyMap<string, string> = new Map([
  ['ValidationError', 'Correct the parameter that data.path names.'],
  [
    'RewindRefused',
    'GET info gives INDEX: `last` must not be above it, nor below what was deleted.',
  ],
  ['NotAuthenticated', 'Send the header: Authorization: Bearer <token>.'],
  ['OperatorOnly', 'Send the operator token of this owner instead of the token of its workers.'],
  ['NoSuchQueue', 'A queue exists once something was added: check the serviceId in the path.'],
  ['Overloaded', 'Nothing was changed. Wait, then repeat with fewer calls at a time.'],
  [
    'KeyUnavailable',
    "The owner's key cannot be had. Repeat the call once the key service answers.",
  ],
  ['LogUnavailable', 'Nothing was changed. Repeat the call later.'],
  ['ProjectionUnavailable', 'Nothing was changed. Repeat the call later.'],
  [
    'OutcomeUnknown',
    'The call may have happened. A fetch or an ack can be repeated; a repeated add may add twice.',
  ],
  ['Rebuilding', 'The queue is being rebuilt from its log. Repeat the call later.'],
  ['Stopping', 'The service is stopping. Repeat the call later, or on another node.'],
  ['ActivityFailed', 'The task is not acked and the lease stays. Repeat the ack.'],
  ['PayloadUnreadable', 'The stored value does not open: tell the operator.'],
  [
    'MalformedRequest',
    'Send HTTP/1.1, a query in UTF-8 with each name once, and a whole JSON object.',
  ],
  ['NotFound', 'The answer names the known routes.'],
  ['MethodNotAllowed', 'The header Allow names what is possible.'],
  ['RequestTimeout', 'Send it faster.'],
  ['BodyTooLarge', 'Store large data elsewhere and add a reference to it.'],
  ['UnsupportedMediaType', 'Send the header: Content-Type: application/json.'],
  ['HostNotAllowed', 'Use one of the names that the answer gives.'],
  ['HeadersTooLarge', 'Send fewer or shorter headers.'],
  ['InternalError', 'The log of the service says what. Whether the call happened is not known.'],
  ['ServiceUnavailableError', 'The queue service is not there (yet). Repeat the call later.'],
  ['UNABLE_DECODE_PARAM', 'Encode the serviceId in the path, for example with encodeURIComponent.'],
  ['REQUEST_SKIPPED', 'Nothing was changed: the time for the call was over before it began.'],
  ['REQUEST_TIMEOUT', 'The call may have happened. A repeated add may add twice.'],
]);
