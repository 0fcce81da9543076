-- owner: platform

-- Each back-up, on the real clock: when it began and ended, where it lies, or what stood in its way. Nobody sees into
-- the folder of another node, so what the banner tells is kept here. A back-up does not hold its own end.
create table backup_run (
  id uuid primary key default uuidv7(),
  began_at timestamptz not null default now(),
  ended_at timestamptz,
  place text not null,
  bytes bigint,
  trouble text check (trouble in ('noRoom', 'notWritable', 'damaged', 'failed'))
);
create index backup_run_good on backup_run (ended_at desc) where ended_at is not null and trouble is null;
