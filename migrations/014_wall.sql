-- owner: platform

-- Screens without a person: each has a secret of its own, of which the hash is kept. Until somebody gives it a place it
-- shows a code; codes live some minutes of real time and are used once.
create table device (
  id uuid primary key default uuidv7(),
  token_hash bytea not null unique,
  code text unique,
  code_until timestamptz,
  centre_id uuid references centre,
  made_at timestamptz not null default now(),
  paired_at timestamptz,
  last_seen_at timestamptz,
  revoked_at timestamptz,
  check ((code is null) = (code_until is null)),
  check (code is null or centre_id is null)
);
-- Devices that have a place, and how long ago they were last there; on the real clock, as sessions are.
create view device_line as
  select id, centre_id, last_seen_at > now() - interval '1 minute' as connected,
    floor(extract(epoch from now() - last_seen_at) / 60)::int as silent_minutes
  from device where centre_id is not null and revoked_at is null;

-- A page without a session counts the centre's time on by itself.
create or replace view centre_clock as
  select c.id, c.name, c.kind, c.time_zone, c.country, c.demo, centre_now(c) as now,
    (centre_now(c) at time zone c.time_zone)::date as today, coalesce(c.clock_rate, 1) as rate
  from centre c;

-- owner: wall

-- A screen on the wall: which device it is, and whose figures it shows.
create table wall_screen (
  id uuid primary key,
  centre_id uuid not null references centre,
  name text not null,
  unit_id uuid not null,
  paired_by uuid not null,
  paired_at timestamptz not null,
  revoked_by uuid,
  revoked_at timestamptz,
  version int not null default 1
);
create index wall_screen_centre on wall_screen (centre_id);
