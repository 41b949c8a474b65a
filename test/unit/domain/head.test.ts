import * as E from 'fp-ts/Either';
import type { Epoch, Head } from '../../../src/domain';
import { decideRewind, REWINDS_MAX, TIME_TO_RECOVER_MAX_MS } from '../../../src/domain';
import { rewound } from '../../support/history';

const head = (rewinds: ReturnType<typeof rewound>[], floor = 0): Head => ({
  epoch: 9 as Epoch,
  raisedBy: 'me',
  claimedTo: 4096,
  floor,
  segmentSize: 4096,
  rewinds,
});
const DAY = TIME_TO_RECOVER_MAX_MS;

describe('a rewind of a queue', () => {
  test('joins the rewinds of the head', () => {
    expect(decideRewind(head([rewound(2, 3)]), rewound(10, 5))).toEqual(
      E.right([rewound(2, 3), rewound(10, 5)]),
    );
  });

  test('drops a covered entry only when no lease taken since can be alive', () => {
    const old = rewound(2, 5, 1_000);
    const [late, early] = [rewound(10, 5, 1_000 + DAY), rewound(10, 5, 999 + DAY)];
    expect(decideRewind(head([old]), late)).toEqual(E.right([late]));
    expect(decideRewind(head([old]), early)).toEqual(E.right([old, early]));
  });

  test('keeps an entry that reaches lower, however old', () => {
    const old = rewound(2, 4, 0);
    expect(decideRewind(head([old]), rewound(10, 5, 9 * DAY))).toEqual(
      E.right([old, rewound(10, 5, 9 * DAY)]),
    );
  });

  test('is refused below what retention has dropped', () => {
    expect(decideRewind(head([], 8), rewound(10, 7))).toEqual(
      E.left({ type: 'BelowFloor', floor: 8 }),
    );
    expect(E.isRight(decideRewind(head([], 8), rewound(10, 8)))).toBe(true);
  });

  test('is refused where too many remain', () => {
    const many = Array.from({ length: REWINDS_MAX }, (_, i) => rewound(i + 2, i));
    expect(decideRewind(head(many), rewound(2000, 5000))).toEqual(
      E.left({ type: 'TooManyRewinds', max: REWINDS_MAX }),
    );
    expect(E.isRight(decideRewind(head(many.slice(1)), rewound(2000, 5000)))).toBe(true);
  });
});
