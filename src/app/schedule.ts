import { proposeAll } from '../modules/arrivals/allocate.ts'
import { takeDropped } from '../modules/arrivals/drop.ts'
import { forgetArrivals } from '../modules/arrivals/forget.ts'
import { handWaiting } from '../modules/arrivals/turn.ts'
import { watchIdling } from '../modules/attendance/idle.ts'
import { findLeaderless, settleLeaderless } from '../modules/attendance/leaderless.ts'
import { alertLateOnline, beginOnlineCheck } from '../modules/attendance/onlineCheck.ts'
import { closeDays } from '../modules/attendance/presence.ts'
import { endOldCallbacks, watchCallbacks, watchDesks } from '../modules/calls/watch.ts'
import { remindBirthdays } from '../modules/care/birthdays.ts'
import { lookIntoCases, sealChain, watchOwn } from '../modules/credit/watch.ts'
import { remind } from '../modules/issuing/remind.ts'
import { closeAtNight } from '../modules/leads/move.ts'
import { forgetCells } from '../modules/lists/batches.ts'
import { forgetOpeningCells } from '../modules/moving/errorFile.ts'
import { tellStopped } from '../modules/records/gaps.ts'
import { meetLeft } from '../modules/records/meet.ts'
import { endCoolingOff } from '../modules/sales/insurer.ts'
import { forgetNotes } from '../modules/showroom/keep.ts'
import type { Entry } from '../platform/clockwork.ts'
import { clearTail, ensureMonths, sweep } from '../platform/housekeeping.ts'
import { askForBackup } from '../platform/nightly.ts'

/**
 * Everything that happens by itself, on each centre's own clock: when, what, why. Each entry is idempotent, runs in one
 * transaction, is made up once when it was missed, and can be run for any past day.
 */
export const SCHEDULE: readonly Entry[] = [
  {
    name: 'months',
    clause: null,
    at: '02:10',
    why: 'calls, decisions, events and looks are kept by month; the next three are opened ahead',
    run: (ctx) => ensureMonths(ctx.db),
  },
  {
    name: 'sweep',
    clause: null,
    everySeconds: 3600,
    why: 'results of commands, attempts to sign in and ended sessions have served after a day',
    run: sweep,
  },
  {
    name: 'tail',
    clause: null,
    everySeconds: 60,
    why: 'the tail of live updates is read every second and needs no past',
    run: clearTail,
  },
  {
    name: 'attendance.leaderless',
    clause: 'S4.4.2',
    at: { rule: 'acting.decideAt' },
    why: 'a group whose leader is not there goes to the unit manager, who names one for the day',
    run: findLeaderless,
  },
  {
    name: 'attendance.leaderFound',
    clause: 'S4.4.2',
    everySeconds: 30,
    why: 'what was told of a group without leader is taken back once it has one',
    run: settleLeaderless,
  },
  {
    name: 'attendance.onlineCheck',
    clause: 'S4.4.2',
    at: { rule: 'online.checkFrom' },
    why: 'the leader begins to go from seat to seat',
    run: beginOnlineCheck,
  },
  {
    name: 'attendance.lateOnline',
    clause: 'S4.4.2',
    everySeconds: 30,
    why: 'a seat without first dial and without excuse after the alert’s time is told to its leader, once',
    run: alertLateOnline,
  },
  {
    name: 'attendance.idle',
    clause: 'S4.3.3c',
    everySeconds: 30,
    why: 'whoever neither dials nor talks for longer than the rule allows is told to the leader alone',
    run: watchIdling,
  },
  {
    name: 'attendance.closeDays',
    clause: null,
    at: '00:05',
    why: 'a day that somebody forgot to end is closed, so that its hours are right',
    run: closeDays,
  },
  {
    name: 'backups.nightly',
    clause: null,
    at: '03:10',
    why: 'whatever happens to this machine, no more than a day is lost; after the work of the night, before the first dial',
    run: askForBackup,
  },
  {
    name: 'lists.forgetCells',
    clause: 'S4.4.10a',
    at: '02:20',
    why: 'what a list brought of people who became no leads is kept a month for its error file and no longer',
    run: forgetCells,
  },
  {
    name: 'moving.forgetCells',
    clause: null,
    at: '02:25',
    why: 'what a take-over brought of people who did not come in is kept a month for its error file and no longer',
    run: forgetOpeningCells,
  },
  {
    name: 'leads.closeAtNight',
    clause: 'S4.4.10a',
    at: '02:30',
    why: 'leads past their list’s use-by, and those of customers not to be called, lie in no stock',
    run: closeAtNight,
  },
  {
    name: 'calls.callbacks',
    clause: 'S4.4.10b',
    everySeconds: 30,
    why: 'a promised time is told to its owner before, to the leader once when it has passed, and opens to the group',
    run: watchCallbacks,
  },
  {
    name: 'calls.desks',
    clause: null,
    everySeconds: 300,
    why: 'a call left open for hours keeps a lead and an agent from work',
    run: watchDesks,
  },
  {
    name: 'calls.oldCallbacks',
    clause: 'S4.4.10b',
    at: '02:40',
    why: 'a promise that nobody kept for days is missed, and its lead goes on by the attempt plan',
    run: endOldCallbacks,
  },
  {
    name: 'records.meetLeft',
    clause: 'S3.6',
    at: '02:55',
    why: 'records whose call was still on a desk when they came have found it by now, or nobody allowed it',
    run: meetLeft,
  },
  {
    name: 'records.tellStopped',
    clause: 'S3.6',
    at: '08:30',
    why: 'a seat that owes too many recordings cannot dial, and its leader knows before the floor opens',
    run: tellStopped,
  },
  {
    name: 'arrivals.propose',
    clause: 'S2.1.4',
    at: '08:20',
    why: 'what came by web and telephone the day before lies as a proposal before the leader at the morning meeting',
    run: proposeAll,
  },
  {
    name: 'arrivals.inTurn',
    clause: 'S2.1.4',
    everySeconds: 30,
    why: 'whoever arrived while nobody was there goes to the next agent in turn',
    run: handWaiting,
  },
  {
    name: 'arrivals.dropped',
    clause: null,
    everySeconds: 30,
    why: 'files of customers that a program lays down in a source’s folder are taken in',
    run: takeDropped,
  },
  {
    name: 'arrivals.forget',
    clause: null,
    at: '02:45',
    why: 'wishes of erased customers, and dropped files a month after they were taken in, have served',
    run: forgetArrivals,
  },
  {
    name: 'credit.seal',
    clause: 'S4.4.11b',
    at: '00:10',
    why: 'the end of the day’s chain is sealed with a key outside the database, so that nothing of it is changed unseen',
    run: sealChain,
  },
  {
    name: 'credit.lookInto',
    clause: 'S4.4.11b',
    at: '02:55',
    why: 'own policies that nobody declared, and results that should be looked into, lie on the page in the morning',
    run: lookIntoCases,
  },
  {
    name: 'credit.watchOwn',
    clause: 'S4.4.11c',
    at: '03:00',
    why: 'an own policy that did not last, or that has lasted its months, is told to the leader and the data officer',
    run: watchOwn,
  },
  {
    name: 'sales.coolingOff',
    clause: 'S4.2.3b',
    at: '02:35',
    why: 'a policy that nobody cancelled in the cooling-off period is in force from the day after it',
    run: endCoolingOff,
  },
  {
    name: 'issuing.remind',
    clause: 'S4.2.3b',
    at: '08:30',
    why: 'an accepted case whose next step is due, or that lies without a reason, is told to its agent and leader',
    run: remind,
  },
  {
    name: 'care.birthdays',
    clause: 'S3.8.10',
    at: '08:35',
    why: 'whoever has customers with a birthday today that may be greeted is told in the morning',
    run: remindBirthdays,
  },
  {
    name: 'showroom.forget',
    clause: null,
    at: '02:50',
    why: 'words about customers who were erased are no fact that has to stay',
    run: forgetNotes,
  },
]
