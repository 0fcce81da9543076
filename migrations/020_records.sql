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
-- One word stands at a time; calls are joined to it by their key.
create unique index call_measure_stands on call_measure (call_id, occurred_on) where superseded_at is null;
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
