-- What a centre brings along when it moves in: facts of before, marked with the take-over that brought them, so that they
-- are told apart for ever and taken back whole as long as the first day runs.

-- owner: people
alter table unit add column opening_id uuid;
alter table person add column opening_id uuid;
alter table person_rank add column opening_id uuid;
alter table signal add column opening_id uuid;

-- owner: leave

-- Leave that a person has left of a kind, as of a day; the latest day counts.
create table leave_balance (
  person_id uuid not null,
  kind text not null,
  as_of date not null,
  centre_id uuid not null,
  days numeric not null,
  recorded_by uuid,
  recorded_at timestamptz not null,
  opening_id uuid,
  primary key (person_id, kind, as_of)
);

-- owner: customers
alter table customer add column opening_id uuid;
alter table consent add column opening_id uuid;
alter table do_not_call add column opening_id uuid;
create index consent_opening on consent (opening_id) where opening_id is not null;
create index do_not_call_opening on do_not_call (opening_id) where opening_id is not null;
create view customer_of_opening with (security_invoker = true) as
  select id, centre_id, opening_id from customer where opening_id is not null;

-- owner: lists

-- A lead is of before when its batch is: the batch carries the mark for hundreds of thousands of them.
alter table list_batch add column opening_id uuid;
create view batch_basis as
  select id, centre_id, name, product_id, purpose, grade, consent_evidence, consent_given_on, consent_expires_on, opening_id
  from list_batch;

-- owner: calls
alter table callback add column opening_id uuid;
create index callback_opening on callback (opening_id) where opening_id is not null;
-- What a person did of a month before the house counted it; declared by whoever brought it.
create table call_opening (
  person_id uuid not null,
  month date not null,
  through date not null,
  centre_id uuid not null,
  group_id uuid,
  dials int not null default 0,
  connected int not null default 0,
  effective int not null default 0,
  talk_seconds int not null default 0,
  opening_id uuid not null,
  recorded_by uuid,
  recorded_at timestamptz not null,
  primary key (person_id, month)
);
create view call_before as
  select person_id, month, through, centre_id, group_id, dials, connected, effective, talk_seconds, opening_id from call_opening;

-- owner: sales
alter table sale add column opening_id uuid;
create index sale_opening_id on sale (opening_id) where opening_id is not null;
create index sale_customer on sale (customer_id);
-- A case that is taken back whole: each of its entries is looked for as one that another takes back.
create index sale_event_takes_back on sale_event (takes_back) where takes_back is not null;
create view sale_of_opening as select id, centre_id, opening_id from sale where opening_id is not null;
alter table sale_event drop constraint sale_event_source_check;
alter table sale_event add constraint sale_event_source_check
  check (source in ('desk', 'manual', 'correction', 'insurerFile', 'clock', 'opening'));
-- What a month's cases were beyond those that were brought one by one; of no product and no day.
create table sale_opening (
  person_id uuid not null,
  month date not null,
  through date not null,
  centre_id uuid not null,
  group_id uuid,
  accepted int not null default 0,
  accepted_annual numeric not null default 0,
  accepted_standard numeric not null default 0,
  issued int not null default 0,
  issued_annual numeric not null default 0,
  issued_standard numeric not null default 0,
  cancelled int not null default 0,
  cancelled_standard numeric not null default 0,
  opening_id uuid not null,
  recorded_by uuid,
  recorded_at timestamptz not null,
  primary key (person_id, month)
);
create index sale_opening_centre on sale_opening (centre_id, month);

-- owner: fund

-- In and out of a group's own money; the balance is the sum.
create table fund_entry (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  unit_id uuid not null,
  kind text not null check (kind in ('opening')),
  amount numeric not null check (amount >= 0),
  currency text not null,
  occurred_on date not null,
  note text not null default '',
  recorded_by uuid,
  recorded_at timestamptz not null,
  opening_id uuid
);
create unique index fund_entry_opening on fund_entry (unit_id) where kind = 'opening';

-- owner: planning

-- Who belongs to the planning group and how he stands in it: the latest row up to a day counts.
create table planning_standing (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  person_id uuid not null,
  from_on date not null,
  state text not null check (state in ('applicant', 'member', 'onExtension', 'out')),
  -- Reviews failed in a row.
  strikes int not null default 0 check (strikes >= 0),
  note text not null default '',
  recorded_by uuid,
  recorded_at timestamptz not null,
  opening_id uuid,
  unique (person_id, from_on)
);
create index planning_standing_centre on planning_standing (centre_id, from_on desc);

-- owner: moving

-- A take-over: what the centre brings along for the day on which it begins.
create table opening (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  -- The first working day; the facts are those up to the evening before.
  day date not null,
  state text not null check (state in ('draft', 'checking', 'checked', 'loading', 'loaded', 'undoing', 'undone', 'stopped', 'failed')),
  error jsonb,
  -- What has to be asked, from the latest dry run.
  questions jsonb not null default '[]',
  -- What taking back left standing, by kind, because the house had built on it.
  kept jsonb not null default '{}',
  created_by uuid not null,
  created_at timestamptz not null,
  -- The first row was loaded; taking back clears it.
  begun_at timestamptz,
  loaded_by uuid,
  loaded_at timestamptz,
  undone_by uuid,
  undone_at timestamptz
);
create index opening_recent on opening (centre_id, created_at desc);
-- One sheet of one file, and what it is.
create table opening_part (
  id uuid primary key default uuidv7(),
  opening_id uuid not null references opening,
  -- In the order of loading.
  place int not null,
  file_id uuid not null references stored_file,
  file_name text not null,
  sheet text,
  kind text not null,
  columns jsonb not null default '{}',
  -- What the sheet does not say of its rows: the list that its leads belong to.
  options jsonb not null default '{}',
  -- The dry run, and then the load: where it stands and what became of the rows.
  rows_total int,
  rows_done int not null default 0,
  good int not null default 0,
  same int not null default 0,
  bad int not null default 0,
  skipped int not null default 0,
  -- Figures of what it brings, for a look before it is loaded: { 'people.units': 12 }.
  brings jsonb not null default '{}'
);
create unique index opening_part_place on opening_part (opening_id, place);
-- Every row that was not simply taken, with the reason.
create table opening_row (
  part_id uuid not null references opening_part on delete cascade,
  row_no int not null,
  result text not null check (result in ('SAME', 'BAD', 'SKIPPED', 'NOTE')),
  field text,
  code text not null,
  text text not null default '',
  cells jsonb,
  primary key (part_id, row_no)
);
create index opening_row_result on opening_row (part_id, result, row_no);
