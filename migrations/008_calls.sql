-- owner: telephony

-- A seat and its line. In a life centre the line is registered and records; the number shown is on the approved list.
create table seat (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  group_id uuid,
  label text not null,
  position int not null default 0,
  line_kind text not null default 'manual' check (line_kind in ('manual', 'switch')),
  caller_id text,
  caller_id_approved boolean not null default false,
  line_registered boolean not null default false,
  recording boolean not null default false,
  person_id uuid,
  version int not null default 1,
  unique (centre_id, label)
);
-- A person sits at one seat.
create unique index seat_person on seat (person_id) where person_id is not null;
-- What a line did for one call, in order: any switch writes the same states.
create table line_event (
  id uuid not null default uuidv7(),
  occurred_on date not null,
  call_id uuid not null,
  centre_id uuid not null,
  at timestamptz not null,
  state text not null check (state in ('allowed', 'dialling', 'ringing', 'answered', 'ended', 'failed')),
  cause text,
  measured_by text not null check (measured_by in ('declared', 'cdr', 'switch')),
  primary key (id, occurred_on)
) partition by range (occurred_on);
create table line_event_rest partition of line_event default;
create index line_event_call on line_event (call_id, at);
create view seat_line as
  select id, centre_id, group_id, label, position, line_kind, caller_id, caller_id_approved, line_registered, recording, person_id from seat;

-- owner: calls

-- The desk of an agent: the one lead in hand and how far the call is. One row an agent = one open call an agent.
create table desk (
  agent_id uuid primary key,
  centre_id uuid not null references centre,
  -- The browser tab that works the desk; a second one sees it and may take over.
  tab_id uuid,
  tab_since timestamptz,
  call_id uuid,
  lead_id uuid,
  customer_id uuid,
  phone_id uuid,
  callback_id uuid,
  direction text check (direction in ('outbound', 'inbound')),
  -- Why this one: callback, warm, fresh, retry, inbound, chosen.
  why text,
  step text not null default 'idle' check (step in ('idle', 'preview', 'dialling', 'talking', 'wrapUp')),
  claimed_at timestamptz,
  dialled_at timestamptz,
  answered_at timestamptz,
  ended_at timestamptz,
  line_result text,
  broke_off boolean not null default false,
  cold boolean not null default false,
  -- Half-written wrap-up, so that a dropped connection or another tab loses nothing.
  draft jsonb not null default '{}',
  version_id uuid,
  version int not null default 1
);
create unique index desk_lead on desk (lead_id) where lead_id is not null;

-- A finished call: appended once, never edited; a correction is a row of call_correction.
create table call (
  id uuid not null,
  occurred_on date not null,
  centre_id uuid not null,
  group_id uuid,
  agent_id uuid not null,
  lead_id uuid,
  batch_id uuid,
  product_id uuid,
  customer_id uuid not null,
  phone_id uuid not null,
  seat_id uuid,
  direction text not null check (direction in ('outbound', 'inbound')),
  why text not null,
  cold boolean not null,
  band text,
  attempt int,
  claimed_at timestamptz not null,
  dialled_at timestamptz,
  answered_at timestamptz,
  ended_at timestamptz not null,
  wrapped_at timestamptz not null,
  ring_seconds int not null,
  talk_seconds int not null,
  wrap_seconds int not null,
  -- How the line ended, apart from what the customer said, apart from what happens to the lead.
  line_result text not null,
  outcome text not null,
  lead_after text,
  measured_by text not null,
  recording text not null check (recording in ('owed', 'kept', 'none')),
  said uuid[] not null default '{}',
  disclosures text[] not null default '{}',
  note text not null default '',
  version_id uuid,
  recorded_at timestamptz not null,
  primary key (id, occurred_on)
) partition by range (occurred_on);
create table call_rest partition of call default;
create index call_agent on call (agent_id, occurred_on desc, ended_at desc);
create index call_lead on call (lead_id, ended_at);
create index call_customer on call (customer_id, ended_at desc);
create index call_centre_day on call (centre_id, occurred_on, ended_at);
create index call_owed on call (centre_id, occurred_on) where recording = 'owed';

create table call_correction (
  id uuid primary key default uuidv7(),
  call_id uuid not null,
  occurred_on date not null,
  centre_id uuid not null,
  field text not null check (field in ('outcome', 'note')),
  before text not null,
  after text not null,
  why text not null,
  by_id uuid not null,
  at timestamptz not null
);
create index call_correction_call on call_correction (call_id, at desc);

-- A lead passed on from preview, with the reason; few a day are allowed.
create table desk_skip (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  occurred_on date not null,
  agent_id uuid not null,
  lead_id uuid not null,
  reason text not null,
  at timestamptz not null
);
create index desk_skip_agent on desk_skip (agent_id, occurred_on);

create table callback (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  lead_id uuid not null,
  customer_id uuid not null,
  phone_id uuid not null,
  agent_id uuid not null,
  group_id uuid,
  -- mine: only the agent; group: anyone of the group.
  whose text not null check (whose in ('mine', 'group')),
  due_from timestamptz not null,
  due_to timestamptz not null,
  customer_zone text not null,
  note text not null default '',
  made_in uuid not null,
  made_at timestamptz not null,
  state text not null check (state in ('open', 'kept', 'missed', 'dropped')),
  ended_at timestamptz,
  ended_by uuid,
  ended_why text
);
create index callback_agent on callback (agent_id, due_from) where state = 'open';
create index callback_group on callback (group_id, due_from) where state = 'open';
-- One promise a lead at a time.
create unique index callback_lead on callback (lead_id) where state = 'open';
create index callback_due on callback (centre_id, due_from) where state = 'open';
create index callback_agent_day on callback (agent_id, due_to);

-- Sums per agent, day and batch: written by one function in the call's own transaction, proved equal to the calls.
create table call_day (
  agent_id uuid not null,
  day date not null,
  batch_id uuid not null,
  centre_id uuid not null,
  group_id uuid,
  dials int not null default 0,
  connected int not null default 0,
  effective int not null default 0,
  refusals int not null default 0,
  callbacks int not null default 0,
  inbound int not null default 0,
  ring_seconds int not null default 0,
  talk_seconds int not null default 0,
  wrap_seconds int not null default 0,
  primary key (agent_id, day, batch_id)
);
create index call_day_centre on call_day (centre_id, day);
-- Calls with the outcome as corrected; outcome_first is what was said at the wrap-up.
create view call_fact as
  select c.id, c.occurred_on, c.centre_id, c.group_id, c.agent_id, c.lead_id, c.batch_id, c.product_id, c.customer_id, c.phone_id,
    c.direction, c.why, c.cold, c.band, c.attempt, c.dialled_at, c.answered_at, c.ended_at, c.wrapped_at, c.ring_seconds,
    c.talk_seconds, c.wrap_seconds, c.line_result,
    coalesce((select x.after from call_correction x where x.call_id = c.id and x.field = 'outcome'
      order by x.at desc, x.id desc limit 1), c.outcome) as outcome,
    c.outcome as outcome_first, c.measured_by, c.recording, c.disclosures
  from call c;
create view call_sum as
  select agent_id, day, batch_id, centre_id, group_id, dials, connected, effective, refusals, callbacks, inbound, ring_seconds,
    talk_seconds, wrap_seconds
  from call_day;
create view desk_now as
  select agent_id, centre_id, step, call_id, lead_id, claimed_at, dialled_at, answered_at, ended_at, why from desk;
create view callback_open as
  select id, centre_id, lead_id, customer_id, agent_id, group_id, whose, due_from, due_to from callback where state = 'open';

-- owner: sales

-- One application. Two dates and two amounts: accepted and issued; every figure says which.
create table sale (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  application_no text not null,
  agent_id uuid not null,
  group_id uuid,
  lead_id uuid,
  batch_id uuid,
  customer_id uuid not null,
  call_id uuid,
  product_id uuid not null,
  product_version_id uuid not null,
  pay_way text not null,
  pay_times int not null,
  raw_premium numeric not null,
  annual_premium numeric not null,
  standard_premium numeric not null,
  currency text not null,
  state text not null,
  accepted_at timestamptz not null,
  accepted_on date not null,
  issued_on date,
  cancelled_on date,
  disclosures text[] not null default '{}',
  version_id uuid,
  version int not null default 1,
  unique (centre_id, application_no)
);
create index sale_agent on sale (agent_id, accepted_on desc);
create index sale_centre_day on sale (centre_id, accepted_on desc, accepted_at desc);
create index sale_group_day on sale (group_id, accepted_on desc);
create index sale_open on sale (centre_id, state) where state in ('accepted', 'underwriting', 'awaitingPayment');
-- Each change of state with the day it took effect and when we learnt of it.
create table sale_event (
  id uuid primary key default uuidv7(),
  sale_id uuid not null references sale,
  centre_id uuid not null,
  state text not null,
  occurred_on date not null,
  recorded_at timestamptz not null,
  recorded_by uuid,
  -- desk: the application itself; manual: entered by hand; correction: takes back the entry before.
  source text not null check (source in ('desk', 'manual', 'correction')),
  takes_back uuid references sale_event,
  note text not null default ''
);
create index sale_event_sale on sale_event (sale_id, id);
create table sale_day (
  agent_id uuid not null,
  day date not null,
  product_id uuid not null,
  centre_id uuid not null,
  group_id uuid,
  accepted int not null default 0,
  accepted_raw numeric not null default 0,
  accepted_annual numeric not null default 0,
  accepted_standard numeric not null default 0,
  issued int not null default 0,
  issued_annual numeric not null default 0,
  issued_standard numeric not null default 0,
  cancelled int not null default 0,
  cancelled_standard numeric not null default 0,
  -- A case counts for the group where its agent was when it was taken, also when it is issued after a move.
  unique nulls not distinct (agent_id, day, product_id, group_id)
);
create index sale_day_centre on sale_day (centre_id, day);
create view sale_sum as
  select agent_id, day, product_id, centre_id, group_id, accepted, accepted_raw, accepted_annual, accepted_standard, issued,
    issued_annual, issued_standard, cancelled, cancelled_standard from sale_day;
create view sale_fact as
  select id, centre_id, application_no, agent_id, group_id, lead_id, batch_id, customer_id, call_id, product_id, pay_way,
    raw_premium, annual_premium, standard_premium, currency, state, accepted_at, accepted_on, issued_on, cancelled_on
  from sale;
