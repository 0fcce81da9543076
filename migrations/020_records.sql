-- owner: calls

-- What the switch's records say of a call: appended and never edited, but for the mark that a later word stands instead.
create table call_measure (
  id uuid not null default uuidv7(),
  call_id uuid not null,
  -- The call's own day.
  occurred_on date not null,
  centre_id uuid not null,
  ring_seconds int not null,
  talk_seconds int not null,
  -- Null where nobody answered, whatever the agent declared.
  answered_at timestamptz,
  ended_at timestamptz not null,
  measured_by text not null check (measured_by in ('cdr', 'switch')),
  -- What the switch calls the recording, the customer's number left out; null where it kept none.
  recording text,
  source_id uuid not null,
  at timestamptz not null,
  superseded_at timestamptz,
  primary key (id, occurred_on)
) partition by range (occurred_on);
create table call_measure_rest partition of call_measure default;
-- One word stands at a time. The day leads, so that a day's calls are joined by one walk and a single one by its key.
create unique index call_measure_stands on call_measure (occurred_on, call_id) where superseded_at is null;
create index call_measure_call on call_measure (call_id, at);

-- Of the day's sums those that a switch has measured: declared time counts in no ranking.
alter table call_day add column measured int not null default 0;
alter table call_day add column measured_connected int not null default 0;
alter table call_day add column measured_effective int not null default 0;
alter table call_day add column measured_talk_seconds int not null default 0;

-- Sums per seat, day and agent: what a line owes is asked before every dial and must not grow dear with the past.
create table seat_day (
  seat_id uuid not null,
  day date not null,
  agent_id uuid not null,
  centre_id uuid not null,
  group_id uuid,
  dials int not null default 0,
  measured int not null default 0,
  owed int not null default 0,
  owed_talk_seconds int not null default 0,
  primary key (seat_id, day, agent_id)
);
create index seat_day_owed on seat_day (seat_id, day) include (owed) where owed > 0;
create index seat_day_centre on seat_day (centre_id, day);
insert into seat_day (seat_id, day, agent_id, centre_id, group_id, dials, owed, owed_talk_seconds)
  select seat_id, occurred_on, agent_id, centre_id, min(group_id::text)::uuid,
    count(*) filter (where direction = 'outbound' and line_result <> 'lineFailure'),
    count(*) filter (where recording = 'owed'), coalesce(sum(talk_seconds) filter (where recording = 'owed'), 0)
  from call where seat_id is not null group by seat_id, occurred_on, agent_id, centre_id;

-- As before, with what the switch says where it has spoken. Whom the agent declared not reached has no talk: a machine's
-- greeting is none, and its seconds stand with the measure.
create or replace view call_fact as
  select c.id, c.occurred_on, c.centre_id, c.group_id, c.agent_id, c.lead_id, c.batch_id, c.product_id, c.customer_id, c.phone_id,
    c.direction, c.why, c.cold, c.band, c.attempt, c.dialled_at,
    case when m.call_id is null then c.answered_at when c.answered_at is not null then m.answered_at end as answered_at,
    coalesce(m.ended_at, c.ended_at) as ended_at, c.wrapped_at, coalesce(m.ring_seconds, c.ring_seconds) as ring_seconds,
    case when m.call_id is null then c.talk_seconds when c.answered_at is null then 0 else m.talk_seconds end as talk_seconds,
    c.wrap_seconds, c.line_result,
    coalesce((select x.after from call_correction x where x.call_id = c.id and x.field = 'outcome'
      order by x.at desc, x.id desc limit 1), c.outcome) as outcome,
    c.outcome as outcome_first, coalesce(m.measured_by, c.measured_by) as measured_by,
    case when m.recording is not null then 'kept'
      when c.recording = 'owed' and m.call_id is not null and m.answered_at is null then 'none' else c.recording end as recording,
    c.disclosures, c.synthetic_date, c.seat_id, c.talk_seconds as talk_seconds_first,
    m.call_id is not null and c.answered_at is not null and m.answered_at is null as unanswered
  from call c left join call_measure m on m.call_id = c.id and m.occurred_on = c.occurred_on and m.superseded_at is null;
create or replace view call_sum as
  select agent_id, day, batch_id, centre_id, group_id, dials, connected, effective, refusals, callbacks, inbound, ring_seconds,
    talk_seconds, wrap_seconds, synthetic, measured, measured_connected, measured_effective, measured_talk_seconds
  from call_day;
-- What a ranking may go by: measured calls alone. `dials_made` says of how many.
create view call_rank as
  select agent_id, day, batch_id, centre_id, group_id, measured as dials, measured_connected as connected,
    measured_effective as effective, measured_talk_seconds as talk_seconds, dials as dials_made
  from call_day;
create view seat_sum as
  select seat_id, day, agent_id, centre_id, group_id, dials, measured, owed, owed_talk_seconds from seat_day;

-- owner: compliance

-- Dials that the gate said yes to, for whoever holds the switch's records against them.
create view dial_allowed as select centre_id, occurred_on, at, hash, call_id, agent_id from dial_ledger;

-- owner: records

-- A file of the switch's records that was handed in: how it is read, how far it is, what became of its rows.
create table record_file (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  file_id uuid not null,
  file_name text not null,
  sha256 text not null,
  -- What the columns are and the digits that the switch sets before a number, kept so that it goes on the same way.
  options jsonb not null,
  -- Seconds that the switch's clock is ahead of the house's.
  clock_ahead int not null default 0,
  state text not null check (state in ('draft', 'importing', 'done', 'stopped', 'failed')),
  rows_total int,
  rows_done int not null default 0,
  -- Seats by days to be held against the dials, after all rows are in.
  units_total int,
  units_done int not null default 0,
  taken int not null default 0,
  repeated int not null default 0,
  grown int not null default 0,
  unknown_seat int not null default 0,
  unreadable int not null default 0,
  left_out int not null default 0,
  matched int not null default 0,
  corrected int not null default 0,
  open int not null default 0,
  not_allowed int not null default 0,
  inbound int not null default 0,
  never_left int not null default 0,
  from_at timestamptz,
  to_at timestamptz,
  error jsonb,
  created_by uuid not null,
  created_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz
);
create index record_file_centre on record_file (centre_id, created_at desc);
-- Rows that became no record, with their reason; cells masked.
create table record_row (
  file_id uuid not null references record_file,
  row_no int not null,
  result text not null check (result in ('unknownSeat', 'unreadable', 'leftOut')),
  code text not null,
  line text,
  cells jsonb not null,
  primary key (file_id, row_no)
);
-- One call as the switch has it. The number stands as its hash and masked, never in clear. A copy of what is elsewhere:
-- a later file may know more of it, and then it says more here.
create table switch_record (
  id uuid not null default uuidv7(),
  occurred_on date not null,
  centre_id uuid not null,
  -- Known again by this: the switch's own id, or seat, number and time where it has none; hashed, for ids may hold numbers.
  key bytea not null,
  -- The file that told the most of it, and where.
  file_id uuid not null,
  row_no int not null,
  seat_id uuid not null,
  hash bytea not null,
  masked text not null,
  direction text not null check (direction in ('outbound', 'inbound')),
  started_at timestamptz not null,
  answered_at timestamptz,
  ended_at timestamptz not null,
  ring_seconds int not null,
  talk_seconds int not null,
  disposition text,
  recording text,
  -- waiting: not yet held against the dials; open: its call is not recorded yet; inbound: came in, no call of ours.
  result text not null default 'waiting' check (result in ('waiting', 'matched', 'open', 'notAllowed', 'inbound')),
  code text,
  call_id uuid,
  -- Seconds that the switch has more than the agent declared.
  ring_by int,
  talk_by int,
  measured_at timestamptz,
  recorded_at timestamptz not null,
  primary key (id, occurred_on)
) partition by range (occurred_on);
create table switch_record_rest partition of switch_record default;
create unique index switch_record_key on switch_record (centre_id, key, occurred_on);
create index switch_record_seat on switch_record (seat_id, occurred_on);
create index switch_record_file on switch_record (file_id, row_no);
create index switch_record_left on switch_record (centre_id, occurred_on) where result in ('waiting', 'open');

-- A call of the switch that Kaibo never allowed, or a dial of Kaibo's that never left: somebody looks into each.
create table record_incident (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  kind text not null check (kind in ('notAllowed', 'neverLeft')),
  -- The record, or the call.
  subject_id uuid not null,
  occurred_on date not null,
  at timestamptz not null,
  seat_id uuid not null,
  group_id uuid,
  agent_id uuid,
  masked text,
  seconds int not null,
  code text,
  found_at timestamptz not null,
  owner_id uuid,
  settled_at timestamptz,
  settled_by uuid,
  finding text,
  note text not null default '',
  version int not null default 1,
  unique (centre_id, kind, subject_id)
);
create index record_incident_open on record_incident (centre_id, at desc) where settled_at is null;
create index record_incident_centre on record_incident (centre_id, at desc);
create index record_incident_seat on record_incident (seat_id, occurred_on);
