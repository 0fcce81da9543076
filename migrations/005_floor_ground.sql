-- owner: notices

-- A word to one person or to everybody of a unit, worded by key so that each reads it in his own language.
create table notice (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  kind text not null check (kind in ('alert', 'task', 'praise', 'news')),
  person_id uuid,
  unit_id uuid,
  key text not null,
  values jsonb not null default '{}',
  clause text,
  -- Once per cause: a rule that finds the same cause again adds no second notice.
  cause text,
  link text,
  at timestamptz not null,
  occurred_on date not null,
  valid_until timestamptz,
  settled_at timestamptz,
  settled_by uuid,
  settled_how text,
  check ((person_id is null) <> (unit_id is null)),
  -- What is late or to be done is said to persons; to all only what is good or new.
  check (unit_id is null or kind in ('praise', 'news'))
);
create unique index notice_cause on notice (centre_id, cause, coalesce(person_id, unit_id)) where cause is not null;
create index notice_person on notice (person_id, at desc) where person_id is not null;
create index notice_unit on notice (unit_id, at desc) where unit_id is not null;

create table notice_read (
  notice_id uuid not null references notice,
  person_id uuid not null,
  at timestamptz not null,
  primary key (notice_id, person_id)
);

-- owner: attendance

-- The day of one person: there, online, first dial, excused. One writer, one row a day.
create table attendance_day (
  person_id uuid not null,
  day date not null,
  centre_id uuid not null,
  group_id uuid,
  checked_in_at timestamptz,
  ready_at timestamptz,
  online_at timestamptz,
  first_dial_at timestamptz,
  -- Own message or a leave; a leader cannot excuse.
  excused_by text check (excused_by in ('message', 'leave')),
  excuse text,
  excused_at timestamptz,
  excused_until timestamptz,
  primary key (person_id, day)
);
create index attendance_day_group on attendance_day (group_id, day);

-- What a person does now: one row, replaced.
create table presence (
  person_id uuid primary key,
  centre_id uuid not null,
  group_id uuid,
  state text not null check (state in ('offline', 'ready', 'online', 'inCall', 'wrapUp', 'paused', 'meeting')),
  reason text,
  since timestamptz not null,
  -- Last dial or end of talk, or the day's first moment online: idling is counted from it, less the pauses since.
  active_at timestamptz not null,
  day date not null
);
create index presence_group on presence (group_id);

-- What a person did: a stretch in one state, closed by the next.
create table presence_span (
  id uuid not null default uuidv7(),
  occurred_on date not null,
  person_id uuid not null,
  centre_id uuid not null,
  group_id uuid,
  state text not null,
  reason text,
  since timestamptz not null,
  until timestamptz not null,
  primary key (id, occurred_on)
) partition by range (occurred_on);
create table presence_span_rest partition of presence_span default;
create index presence_span_person on presence_span (person_id, since desc);

-- A stretch of idling that went to the leader alone, with the cause the leader marked.
create table idle_alert (
  id uuid primary key default uuidv7(),
  centre_id uuid not null,
  person_id uuid not null,
  group_id uuid not null,
  occurred_on date not null,
  idle_since timestamptz not null,
  raised_at timestamptz not null,
  limit_minutes int not null,
  version_id uuid,
  ended_at timestamptz,
  cause text check (cause in ('systemFault', 'writingUp', 'talkWithLeader', 'training', 'idle')),
  note text,
  marked_by uuid,
  marked_at timestamptz,
  unique (person_id, idle_since)
);
create index idle_alert_group on idle_alert (group_id, raised_at desc);
-- The floor's board asks for these four times a second.
create index idle_alert_open on idle_alert (centre_id) where ended_at is null;

-- The leader's start of the floor: green or excused, or amber with the leader's name.
create table floor_start (
  group_id uuid not null,
  day date not null,
  centre_id uuid not null,
  by_id uuid not null,
  at timestamptz not null,
  amber uuid[] not null default '{}',
  primary key (group_id, day)
);

create view presence_now as select person_id, centre_id, group_id, state, reason, since, active_at, day from presence;
create view idle_open as
  select id, centre_id, person_id, group_id, occurred_on, idle_since, raised_at, limit_minutes, cause
  from idle_alert where ended_at is null;
create view attendance_of_day as
  select person_id, day, centre_id, group_id, checked_in_at, ready_at, online_at, first_dial_at, excused_by, excuse, excused_until
  from attendance_day;
