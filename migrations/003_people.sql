-- owner: people
-- Every "until" in this file is the first day that no longer counts: [from_on, until_on).

-- The tree: centre › region › group. A centre's own root unit carries people who belong to no group.
create table unit (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  kind text not null check (kind in ('centre', 'region', 'group')),
  parent_id uuid references unit,
  name text not null,
  position int not null default 0,
  opened_on date not null,
  closed_on date,
  version int not null default 1,
  check ((kind = 'centre') = (parent_id is null))
);
create unique index unit_name on unit (centre_id, name) where closed_on is null;
create index unit_parent on unit (parent_id);

-- The one row of a person's data; facts carry the id. Erasure overwrites it and leaves the facts.
create table person (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  staff_no text not null,
  name text not null,
  name_keys text not null,
  birthday date,
  employed_from date not null,
  employed_until date,
  registration_no text,
  trained_on date,
  version int not null default 1,
  unique (centre_id, staff_no)
);
create index person_name_keys on person using gin (name_keys gin_trgm_ops);

-- Rank by date (trainee, tsr, seniorTsr, principalTsr, tl, um, centreHead); the latest row up to a day counts.
create table person_rank (
  person_id uuid not null references person,
  from_on date not null,
  rank text not null,
  confirmed boolean not null,
  recorded_by uuid,
  recorded_at timestamptz not null,
  reason text not null default '',
  primary key (person_id, from_on)
);

-- Who sat in which unit when: past reports group by where a person then was. Never two at once.
create table membership (
  id uuid primary key default uuidv7(),
  person_id uuid not null references person,
  unit_id uuid not null references unit,
  from_on date not null,
  until_on date,
  recorded_by uuid,
  recorded_at timestamptz not null,
  exclude using gist (person_id with =, daterange(from_on, until_on) with &&)
);
create index membership_unit on membership (unit_id, from_on);

-- Roles over a unit, dated; several per person. An acting role has a reason, a clause and an end.
create table role_grant (
  id uuid primary key default uuidv7(),
  person_id uuid not null references person,
  role text not null,
  unit_id uuid not null references unit,
  from_on date not null,
  until_on date,
  acting boolean not null default false,
  reason text not null default '',
  clause text,
  granted_by uuid,
  granted_at timestamptz not null,
  check (not acting or until_on is not null)
);
create index role_grant_person on role_grant (person_id);
create index role_grant_unit on role_grant (unit_id, role);

-- What modules to the right may join: who is where and leads what, on a day they name. group_id is null for the time
-- that a person belongs to no group (a region's or the centre's own people).
create view member as
  select m.person_id, m.unit_id, case u.kind when 'group' then u.id end as group_id,
    case u.kind when 'group' then u.parent_id when 'region' then u.id end as region_id, u.centre_id, m.from_on, m.until_on,
    p.name, p.name_keys, p.staff_no, p.employed_from, p.employed_until, p.registration_no, p.trained_on,
    u.name as unit_name, case u.kind when 'group' then u.name end as group_name, u.position as unit_position
  from membership m join person p on p.id = m.person_id join unit u on u.id = m.unit_id;
create view person_name as select id, centre_id, name, name_keys, staff_no from person;
create view org_unit as select id, centre_id, kind, parent_id, name, position, opened_on, closed_on from unit;
create view granted_role as
  select g.person_id, g.role, g.unit_id, g.from_on, g.until_on, g.acting, u.kind as unit_kind, u.centre_id
  from role_grant g join unit u on u.id = g.unit_id;

-- A dated figure about a person that a rule further left reads (win rate, platform rate, quality average).
create table signal (
  person_id uuid not null references person,
  name text not null,
  as_of date not null,
  value numeric not null,
  clause text not null,
  recorded_at timestamptz not null,
  primary key (person_id, name, as_of)
);
