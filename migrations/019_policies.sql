-- owner: sales

-- insurerFile: told by the insurer's policy file; clock: the cooling-off period ran out and nobody had cancelled.
alter table sale_event drop constraint sale_event_source_check;
alter table sale_event add constraint sale_event_source_check
  check (source in ('desk', 'manual', 'correction', 'insurerFile', 'clock'));
alter table sale
  add column delivered_on date,
  -- The last day on which the customer may cancel for a full refund.
  add column cooling_off_until date;
create index sale_cooling_off on sale (centre_id, cooling_off_until) where state = 'delivered';
create or replace view sale_fact as
  select id, centre_id, application_no, agent_id, group_id, lead_id, batch_id, customer_id, call_id, product_id, pay_way,
    raw_premium, annual_premium, standard_premium, currency, state, accepted_at, accepted_on, issued_on, cancelled_on,
    delivered_on, cooling_off_until
  from sale;
-- Where a centre's word on what is issued comes from: a row says that it is the insurer's file, and since when.
create table sale_source (
  centre_id uuid primary key references centre,
  insurer_since date not null,
  said_by uuid not null,
  said_at timestamptz not null
);

-- owner: policies

-- The insurer's file of one day: every application with its state, dates and premium.
create table policy_file (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  file_id uuid not null,
  file_name text not null,
  sha256 text not null,
  -- The day whose evening it tells; an older word never undoes a newer one.
  as_of date not null,
  -- How it is opened and which column is what, so that an import goes on the same way.
  options jsonb not null default '{}',
  state text not null check (state in ('draft', 'importing', 'done', 'stopped', 'failed')),
  rows_total int,
  rows_done int not null default 0,
  changed int not null default 0,
  same int not null default 0,
  older int not null default 0,
  theirs int not null default 0,
  fault int not null default 0,
  skipped int not null default 0,
  error jsonb,
  created_by uuid not null,
  created_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  -- The same file twice is the same import.
  unique (centre_id, sha256, as_of)
);
create index policy_file_latest on policy_file (centre_id, as_of desc, id desc);
create table policy_row (
  file_id uuid not null references policy_file,
  -- Its place among all rows that were read, from 1.
  place int not null,
  sheet text,
  row_no int not null,
  application_no text,
  result text not null check (result in ('changed', 'same', 'older', 'theirs', 'fault', 'skipped')),
  code text,
  field text,
  sale_id uuid,
  -- What of the case became what; null where nothing did.
  became jsonb,
  -- What the columns that are read held, where the row was not taken.
  cells jsonb,
  primary key (file_id, place)
);
create index policy_row_result on policy_row (file_id, result, place);
-- A number that stood further up in the same file.
create index policy_row_number on policy_row (file_id, application_no);
-- The insurer's latest word on each application, one row a number: no read grows with the files.
create table policy_standing (
  centre_id uuid not null,
  application_no text not null,
  -- By field: what was said last, and the day and file that said it.
  word jsonb not null,
  -- The first file that said each state.
  first_said jsonb not null,
  -- The newest file that named the number.
  as_of date not null,
  primary key (centre_id, application_no)
);
create table policy_difference (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  application_no text not null,
  kind text not null,
  sale_id uuid,
  -- What each side says, as it is shown.
  ours text,
  theirs text,
  owner_id uuid not null,
  due_on date not null,
  found_at timestamptz not null,
  found_on date not null,
  settled_at timestamptz,
  settled_on date,
  settled_by uuid,
  settled_how text check (settled_how in ('agreed', 'byHand')),
  note text not null default '',
  version int not null default 1
);
create unique index policy_difference_open on policy_difference (centre_id, application_no, kind) where settled_at is null;
create index policy_difference_owner on policy_difference (owner_id, due_on) where settled_at is null;
create index policy_difference_past on policy_difference (centre_id, settled_at desc) where settled_at is not null;
create index policy_difference_number on policy_difference (centre_id, application_no, kind, settled_at desc);

-- owner: issuing

-- Why an accepted case is not issued yet and what is done next; the latest row of a case holds.
create table case_follow (
  id uuid primary key default uuidv7(),
  centre_id uuid not null,
  sale_id uuid not null,
  reason text not null,
  next_step text not null,
  next_on date,
  note text not null,
  recorded_by uuid not null,
  recorded_at timestamptz not null
);
create index case_follow_sale on case_follow (sale_id, id desc);
