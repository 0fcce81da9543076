-- owner: setup

-- What people say of the check list: an item was looked at and suits, is put off for a reason, or is taken up again. The
-- latest row of an item counts.
create table setup_mark (
  id uuid primary key default uuidv7(),
  centre_id uuid not null references centre,
  item text not null,
  mark text not null check (mark in ('looked', 'later', 'open')),
  reason text not null default '',
  recorded_by uuid not null,
  recorded_at timestamptz not null
);
create index setup_mark_item on setup_mark (centre_id, item, id desc);
