-- owner: platform
-- What every module stands on: months, commands, decisions, events, looks at personal data, the clock's schedule.

-- PostgreSQL 18 brings uuidv7(); older servers get a function of that name, so that keys sort by time everywhere.
do $$
begin
  if current_setting('server_version_num')::int < 180000 then
    create function uuidv7() returns uuid language sql volatile as $fn$
      select (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
        || '7' || substr(md5(random()::text || clock_timestamp()::text), 1, 3)
        || to_hex(8 + floor(random() * 4)::int) || substr(md5(random()::text || clock_timestamp()::text), 5, 15))::uuid
    $fn$;
  end if;
end $$;

-- Partitions of one month for each table that grows with every call; the nightly job and the start call it ahead. Facts
-- that came before their month lie in the rest, and move: PostgreSQL opens no month over rows that the rest holds.
create function ensure_month(day date) returns void language plpgsql as $$
declare
  parent text;
  month text;
  has_early boolean;
  first_day date := date_trunc('month', day)::date;
  next_day date := (date_trunc('month', day) + interval '1 month')::date;
begin
  -- Two nodes may open the same month at the same moment.
  perform pg_advisory_xact_lock(hashtext('ensure_month'));
  for parent in
    select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'p' and n.nspname = current_schema()
  loop
    month := parent || to_char(first_day, '"_y"YYYY"m"MM');
    continue when to_regclass(quote_ident(month)) is not null;
    execute format('select exists (select from %I where occurred_on >= %L and occurred_on < %L)',
      parent || '_rest', first_day, next_day) into has_early;
    if has_early then
      execute format('create table %I (like %I including defaults including constraints)', month, parent);
      execute format('with early as (delete from %I where occurred_on >= %L and occurred_on < %L returning *)
        insert into %I select * from early', parent || '_rest', first_day, next_day, month);
      execute format('alter table %I attach partition %I for values from (%L) to (%L)',
        parent, month, first_day, next_day);
    else
      execute format('create table %I partition of %I for values from (%L) to (%L)',
        month, parent, first_day, next_day);
    end if;
  end loop;
end $$;

-- A centre: its kind, its clock, its key for the rulebook cache. A shifted clock reads
-- clock_centre + (real now - clock_real) * clock_rate; all three null = the real clock. Only demo centres may shift.
create table centre (
  id uuid primary key default uuidv7(),
  name text not null,
  kind text not null check (kind in ('life', 'dealership')),
  time_zone text not null,
  country text not null default 'CN',
  demo boolean not null default false,
  clock_real timestamptz,
  clock_centre timestamptz,
  clock_rate double precision,
  rules_stamp bigint not null default 0,
  created_at timestamptz not null default now(),
  check (demo or clock_real is null),
  check ((clock_real is null) = (clock_centre is null) and (clock_real is null) = (clock_rate is null))
);

-- The centre's instant in whole milliseconds, from the transaction's time.
create function centre_now(c centre) returns timestamptz language sql stable as $$
  select date_trunc('milliseconds',
    case when c.clock_real is null then now() else c.clock_centre + (now() - c.clock_real) * c.clock_rate end)
$$;

-- One row per command that a client sent: a retry, a double click, a second tab gets the first result. Kept a day.
create table request (
  person_id uuid not null,
  id uuid not null,
  operation text not null,
  input_hash text not null,
  result jsonb,
  at timestamptz not null default now(),
  primary key (person_id, id)
);
create index request_at on request (at);

-- Every automatic decision with the clause and the rulebook version that made it. One row per clause that spoke.
create table decision (
  id uuid not null default uuidv7(),
  verdict_id uuid not null,
  occurred_on date not null,
  at timestamptz not null,
  centre_id uuid not null,
  operation text not null,
  allowed boolean not null,
  clause text not null,
  codes text[] not null,
  version_id uuid,
  actor_id uuid,
  subject_kind text,
  subject_id uuid,
  reasons jsonb not null default '[]',
  primary key (id, occurred_on)
) partition by range (occurred_on);
create table decision_rest partition of decision default;
create index decision_clause on decision (centre_id, clause, at desc);
-- A clause's page for an agent or a leader: few people's decisions among a week of everybody's.
create index decision_actor on decision (actor_id, clause, at desc);
create index decision_subject on decision (subject_id, at desc) where subject_id is not null;

-- What happened, for consequences and for the history of a thing; holds ids and figures, never a name or a number.
create table event (
  id uuid not null default uuidv7(),
  xid xid8 not null default pg_current_xact_id(),
  occurred_on date not null,
  at timestamptz not null,
  centre_id uuid not null,
  name text not null,
  actor_id uuid,
  subject_kind text,
  subject_id uuid,
  data jsonb not null default '{}',
  primary key (id, occurred_on)
) partition by range (occurred_on);
create table event_rest partition of event default;
create index event_tail on event (xid);
create index event_subject on event (subject_id, at) where subject_id is not null;
create index event_name on event (centre_id, name, at desc);

-- Every look at personal data, on the real clock: who, by which operation, whose.
create table access_log (
  id uuid not null default uuidv7(),
  occurred_on date not null default current_date,
  at timestamptz not null default now(),
  centre_id uuid not null,
  person_id uuid not null,
  operation text not null,
  subject_kind text not null,
  subject_ids uuid[] not null,
  primary key (id, occurred_on)
) partition by range (occurred_on);
create table access_log_rest partition of access_log default;
create index access_log_person on access_log (person_id, at desc);
create index access_log_subject on access_log using gin (subject_ids);

-- What happens by itself on a centre's clock: up to when each entry has run, null while it has not.
create table schedule_run (
  centre_id uuid not null references centre,
  name text not null,
  ran_until timestamptz,
  last_error text,
  primary key (centre_id, name)
);

-- Files that were handed in; the bytes lie in the data folder under this id.
create table stored_file (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  name text not null,
  bytes bigint not null,
  sha256 text not null,
  uploaded_by uuid not null,
  at timestamptz not null default now()
);

-- What modules may join: the centre with its instant and business day, and the decisions that were kept.
create view centre_clock as
  select c.id, c.name, c.kind, c.time_zone, c.country, c.demo, centre_now(c) as now,
    (centre_now(c) at time zone c.time_zone)::date as today
  from centre c;
create view decision_made as
  select id, verdict_id, occurred_on, at, centre_id, operation, allowed, clause, codes, version_id, actor_id,
    subject_kind, subject_id, reasons
  from decision;
create view personal_look as
  select id, occurred_on, at, centre_id, person_id, operation, subject_kind, subject_ids from access_log;
