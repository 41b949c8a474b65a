import type { RedisFacts } from '../../compose';
import type { Finding } from './finding';
import { ok, refused, wrong } from './finding';

/** What the facts say about one server of the projection. */
export function judgeRedis(facts: RedisFacts): Finding[] {
  const { address, version, problems, denied, failedSave, keeps } = facts;
  const findings = problems.map((problem) => refused('redis', problem));
  if (denied.length > 0) {
    const found = `the user may not call ${denied.join(', ')} on ${address}`;
    const toDo = 'Give it the rights above, for the keys that begin with REDIS_PREFIX.';
    findings.push(wrong('redis.rights', found, toDo));
  } else findings.push(ok('redis.rights', `all that the queue calls, on ${address}`));
  if (problems.length === 0) {
    findings.push(ok('redis', `${address}, version ${version}, maxmemory-policy noeviction`));
  }
  if (failedSave !== null) {
    findings.push(
      wrong(
        'redis.persistence',
        `the last write of the ${failedSave} of ${address} failed, so Redis may refuse writes (MISCONF)`,
        "Free its disk, or turn its saves off: save '' and appendonly no. The queue has no use for them.",
      ),
    );
  } else {
    const kept = keeps.appendOnly
      ? 'with an append-only file, of no use to the queue'
      : 'no append-only file';
    findings.push(ok('redis.persistence', `${kept}; what is lost is rebuilt from the log`));
  }
  return findings;
}
