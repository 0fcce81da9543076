-- owner: compliance

-- Every dial to a number by anybody of the centre, for any batch. Caps read the last 30 days of one number.
create table dial_ledger (
  id uuid not null default uuidv7(),
  occurred_on date not null,
  centre_id uuid not null,
  hash bytea not null,
  at timestamptz not null,
  ended_at timestamptz,
  answered boolean not null default false,
  broke_off boolean not null default false,
  abandoned boolean not null default false,
  failed boolean not null default false,
  subject text not null,
  cold boolean not null,
  agent_id uuid not null,
  call_id uuid not null,
  primary key (id, occurred_on)
) partition by range (occurred_on);
create table dial_ledger_rest partition of dial_ledger default;
create index dial_ledger_hash on dial_ledger (hash, at desc);
-- One dial a call: an allowed dial cannot be used twice.
create unique index dial_ledger_call on dial_ledger (call_id, occurred_on);

-- owner: lists

create table list_mapping (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  name text not null,
  headers text[] not null,
  fields jsonb not null,
  saved_by uuid not null,
  saved_at timestamptz not null,
  unique (centre_id, name)
);
-- A delivery of leads: source, consent evidence, grade, use-by.
create table list_batch (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  name text not null,
  source text not null,
  purpose text not null,
  consent_evidence text not null,
  consent_given_on date not null,
  consent_expires_on date,
  product_id uuid not null,
  grade text not null,
  country text not null,
  list_price numeric,
  expires_on date,
  file_id uuid references stored_file,
  -- As its owner called it.
  file_name text not null default '',
  options jsonb not null default '{}',
  state text not null check (state in ('draft', 'importing', 'done', 'stopped', 'failed')),
  -- Counted before the first row is taken; rows_done is where a killed import goes on.
  rows_total int,
  rows_done int not null default 0,
  good int not null default 0,
  bad int not null default 0,
  dup int not null default 0,
  inv int not null default 0,
  dnc int not null default 0,
  -- Why it failed: { code, values }, worded by the page.
  error jsonb,
  created_by uuid not null,
  created_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  cells_forgotten boolean not null default false,
  unique (centre_id, name)
);
create index list_batch_recent on list_batch (centre_id, created_at desc);
-- One result per row of the file. The cells stay only where the row was not taken, for the error file, and for a month.
create table list_row (
  batch_id uuid not null references list_batch,
  row_no int not null,
  result text not null check (result in ('GOOD', 'BAD', 'DUP', 'INV', 'DNC')),
  code text,
  cells jsonb,
  lead_id uuid,
  primary key (batch_id, row_no)
);
create index list_row_result on list_row (batch_id, result, row_no);
create view batch_of_list as
  select id, centre_id, name, source, purpose, grade, product_id, expires_on, state, list_price, created_at from list_batch;

-- owner: leads

-- One person to call. Company holds it (pool), then a group, then an agent; a closed lead keeps its last holder.
create table lead (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  batch_id uuid not null,
  customer_id uuid not null,
  product_id uuid not null,
  purpose text not null,
  grade text not null,
  state text not null check (state in ('pool', 'group', 'agent', 'closed')),
  group_id uuid,
  holder_id uuid,
  held_since timestamptz,
  -- Where the attempt plan stands; due_at null = closed.
  tries int not null default 0,
  round int not null default 1,
  first_try_at timestamptz,
  last_try_at timestamptz,
  due_at timestamptz,
  due_band text,
  warm_until timestamptz,
  -- Order in the pool: random but fixed, so that no file order favours anybody.
  shuffle double precision not null default random(),
  not_before timestamptz,
  renewal_expires_on date,
  closed_as text check (closed_as in ('sale', 'refusal', 'invalid', 'planFinished', 'expired', 'doNotCall', 'superseded')),
  closed_at timestamptz,
  version int not null default 1,
  -- Who holds it follows from the state, and what is open is due some day.
  check (state = 'closed' or ((group_id is not null) = (state in ('group', 'agent')) and (holder_id is not null) = (state = 'agent'))),
  check ((state = 'closed') = (due_at is null) and (state = 'closed') = (closed_as is not null) and (state = 'closed') = (closed_at is not null))
);
-- The claim rides on these: they hold only what may be handed out.
create index lead_agent_due on lead (holder_id, due_at, shuffle) where state = 'agent';
create index lead_group_pool on lead (group_id, batch_id, shuffle) where state = 'group';
create index lead_company_pool on lead (centre_id, batch_id, shuffle) where state = 'pool';
create index lead_stock on lead (group_id, holder_id, batch_id) where state in ('group', 'agent');
create index lead_open_customer on lead (customer_id) where state <> 'closed';
create index lead_customer on lead (customer_id);
create index lead_batch_state on lead (batch_id, state);
create index lead_closed_group on lead (group_id, closed_at desc, id) where state = 'closed';
create index lead_closed_holder on lead (holder_id, closed_at desc, id) where state = 'closed';

-- A lot handed down, with its receipt.
create table lead_lot (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  step text not null check (step in ('companyToGroup', 'groupToAgent', 'recall')),
  batch_id uuid,
  group_id uuid,
  person_id uuid,
  quantity int not null,
  reason text not null default '',
  version_id uuid,
  issued_by uuid not null,
  issued_at timestamptz not null,
  occurred_on date not null,
  received_by uuid,
  received_at timestamptz
);
create index lead_lot_group on lead_lot (group_id, issued_at desc);
create index lead_lot_person on lead_lot (person_id, issued_at desc);
create index lead_lot_recent on lead_lot (centre_id, issued_at desc);
create index lead_lot_open on lead_lot (centre_id, group_id) where received_at is null;
-- Who held a lead and when.
create table lead_hold (
  id uuid primary key default uuidv7(),
  lead_id uuid not null references lead,
  from_at timestamptz not null,
  until_at timestamptz,
  holder text not null check (holder in ('company', 'group', 'agent')),
  group_id uuid,
  person_id uuid,
  lot_id uuid references lead_lot
);
create index lead_hold_lead on lead_hold (lead_id, id);
-- A lead has one holder at a time.
create unique index lead_hold_open on lead_hold (lead_id) where until_at is null;
create index lead_hold_lot on lead_hold (lot_id);
-- Each try of the attempt plan: when, in which band, with what.
create table lead_attempt (
  lead_id uuid not null references lead,
  round int not null,
  number int not null,
  at timestamptz not null,
  occurred_on date not null,
  band text not null,
  weekday int not null,
  agent_id uuid not null,
  call_id uuid not null,
  outcome text not null,
  primary key (lead_id, round, number)
);
create index lead_attempt_call on lead_attempt (call_id);
create index lead_attempt_agent on lead_attempt (agent_id, occurred_on);
create view lead_held as
  select id, centre_id, batch_id, customer_id, product_id, purpose, grade, state, group_id, holder_id, held_since,
    tries, round, first_try_at, last_try_at, due_at, due_band, warm_until, shuffle, not_before, renewal_expires_on, closed_as, closed_at
  from lead;
create view lead_try as
  select lead_id, round, number, at, occurred_on, band, weekday, agent_id, call_id, outcome from lead_attempt;
