/** What happened to a queue, from its log: replay, the story of a task, the queue as it was, what if. */
export type { Audit, AuditNeeds, QueueAudit } from './createAudit';
export { createAudit } from './createAudit';
export type { AuditRow, DamagedRow } from './decoded';
export { nameOf } from './decoded';
export { opened } from './opened';
export type { ReplayQuery } from './replay';
export { told } from './told';
export type { WhatIf } from './whatIf';
